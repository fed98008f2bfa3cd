package io.hostbill;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A portal in a box: it serves the API of a portal on a free port of this machine, with an account that may do
 * everything. What was created can be read back, and money adds up. Nothing leaves this machine.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.builder().portal("time4vps").start(); Client client = sandbox.client()) {
 *     System.out.println(client.servers().list());
 * }
 * }</pre>
 */
public final class Sandbox implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final NativeSandbox box;
    private final Data info;

    Sandbox(Map<String, Object> settings) {
        NativeLibrary.check();
        NativeSandbox made = new NativeSandbox(Json.write(settings, ""));
        byte[] error = made.error();
        if (error != null) {
            made.delete();
            throw Errors.of(Data.of(Json.read(error)));
        }
        box = made;
        CLEANER.register(this, made::delete);
        info = control("info", null);
    }

    /**
     * What a sandbox is made from.
     *
     * @return a new builder
     */
    public static SandboxBuilder builder() {
        return new SandboxBuilder();
    }

    /**
     * Which portal it is like.
     *
     * @return its name
     */
    public String portal() {
        return info.get("portal").text();
    }

    /**
     * Where its API begins.
     *
     * @return a URL
     */
    public String url() {
        return info.get("url").text();
    }

    /**
     * The name of its account.
     *
     * @return the name
     */
    public String username() {
        return info.get("username").text();
    }

    /**
     * The password of its account.
     *
     * @return the password
     */
    public String password() {
        return info.get("password").text();
    }

    /**
     * All that it says of itself: {@code url}, {@code username}, {@code ids} of what the account has from the start,
     * {@code operations} with parameters that work, and more.
     *
     * @return a map
     */
    public Data info() {
        return info;
    }

    /**
     * The id of something that the account has from the start.
     *
     * @param parameter the name of the parameter that takes it, such as {@code "server_id"}
     * @return the id
     */
    public long id(String parameter) {
        return info.get("ids").get(parameter).integer();
    }

    /**
     * Gives it a command and returns what it says, such as {@code control("clock", Map.of("advance", 3600))}.
     *
     * @param command the command
     * @param details what goes with it; null for nothing
     * @return what it says
     * @throws UsageException if it cannot be done, or the sandbox is closed
     */
    public Data control(String command, Map<String, ?> details) {
        Map<String, Object> request = new LinkedHashMap<>();
        if (details != null) {
            request.putAll(details);
        }
        request.put("command", command);
        try {
            byte[] text = box.control(Json.write(request, ""));
            if (text == null) {
                throw Errors.of(ErrorDetails.of("internal", -18, "the sandbox gave nothing"));
            }
            Data answer = Data.of(Json.read(text));
            if (!answer.get("error").isNull()) {
                throw Errors.of(answer.get("error"));
            }
            return answer;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * A client that is logged in to it.
     *
     * @return a new client
     */
    public Client client() {
        return clientBuilder().build();
    }

    /**
     * The same, to be told more.
     *
     * @return a builder that knows where the sandbox is, and its account
     */
    public ClientBuilder clientBuilder() {
        return Client.builder().portal(portal()).baseUrl(url()).username(username()).password(password());
    }

    /** Stops it. May be repeated. */
    @Override
    public void close() {
        box.release();
        Reference.reachabilityFence(this);
    }

    /**
     * The portal and where it is; nothing secret.
     *
     * @return a text
     */
    @Override
    public String toString() {
        return "Sandbox[" + portal() + ", " + url() + "]";
    }
}
