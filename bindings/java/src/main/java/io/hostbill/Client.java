package io.hostbill;

import io.hostbill.operations.Operations;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A client of one portal, with a group of methods for each part of it.
 *
 * <pre>{@code
 * try (Client client = Client.builder().portal("time4vps").username("user@example.com").password(password).build()) {
 *     for (Domain domain : client.domains().list().listOf(Domain::new)) {
 *         System.out.println(domain.name() + " " + domain.expires());
 *     }
 *     client.domains().dnsRecords().create(7, new DomainsDnsRecords.CreateParams().name("www").type("A").content("192.0.2.10"));
 * }
 * }</pre>
 *
 * <p>What stands in a request's path is a method's first arguments, all else is set by name. A method gives the answer's
 * data; those of {@link #answers()} the whole answer, and those of {@link #async()} a future. Failures are
 * {@linkplain HostbillException unchecked exceptions}, one class for each class of error.
 *
 * <p>Any thread may use a client, at the same time as others, and virtual threads do not hold on to their carrier while
 * they wait. Interrupting a thread cancels its call, and no other: the call then ends with {@link CancelledException}, or
 * with {@link OutcomeUnknownException} if a request that must not be repeated had already left; the thread stays
 * interrupted.
 *
 * <p>Close it when it is done with; what a client that was forgotten holds is given back some time after.
 */
public final class Client extends Operations<Data> implements AutoCloseable {
    private final Engine engine;
    private final Map<String, Object> options;
    private final String label;

    Client(Map<String, Object> settings) {
        this(new Engine(Json.write(settings, "")), Map.of(), label(settings));
    }

    private Client(Engine engine, Map<String, Object> options, String label) {
        this.engine = engine;
        this.options = options;
        this.label = label;
    }

    /**
     * What a client is made from.
     *
     * @return a new builder
     */
    public static ClientBuilder builder() {
        return new ClientBuilder();
    }

    /**
     * Any operation by its id or its method and path, such as {@code "POST /server/{server_id}/reboot"}.
     *
     * @param operation the name
     * @param params the parameters by the catalogue's names; null for none
     * @param options what holds for this call alone; null for nothing
     * @return the answer's data
     * @throws HostbillException if it fails
     */
    @Override
    public Data call(String operation, Map<String, ?> params, CallOptions options) {
        return engine.data(operation, written(params), joined(options));
    }

    /**
     * The same operations, each giving the whole answer: data, remarks and facts about the call.
     *
     * @return another view of this client
     */
    public Operations<Answer> answers() {
        return new Operations<>() {
            @Override
            public Answer call(String operation, Map<String, ?> params, CallOptions options) {
                return answer(operation, params, options);
            }
        };
    }

    /**
     * The same operations, each giving a future at once. Cancelling the future cancels the call; it then ends with
     * {@link CancelledException} or {@link OutcomeUnknownException}. What depends on it runs in the common pool.
     *
     * @return another view of this client
     */
    public Operations<CompletableFuture<Answer>> async() {
        return new Operations<>() {
            @Override
            public CompletableFuture<Answer> call(String operation, Map<String, ?> params, CallOptions options) {
                return engine.submit(operation, written(params), joined(options));
            }
        };
    }

    /**
     * Many calls, of which up to 64 are under way at any time, with the outcome of each.
     *
     * <pre>{@code
     * List<BatchCall> calls = ids.stream().map(id -> new BatchCall("domains.get", Map.of("domain_id", id))).toList();
     * try (Batch batch = client.batch(calls.iterator())) {
     *     for (Outcome outcome : batch) {
     *         System.out.println(outcome.index() + " " + (outcome.error() == null ? outcome.data() : outcome.error()));
     *     }
     * }
     * }</pre>
     *
     * @param calls the calls; more are taken as outcomes are taken, on the thread that takes them
     * @return the batch, which begins when its first outcome is asked for
     */
    public Batch batch(Iterator<BatchCall> calls) {
        return new Batch(call -> engine.submit(call.operation(), written(call.params()), joined(call.options())), calls);
    }

    /**
     * One operation with each of many values of a parameter, as a {@link #batch}.
     *
     * <pre>{@code
     * try (Batch batch = client.map("domains.get", "domain_id", ids.iterator())) {
     *     for (Outcome outcome : batch.window(16)) {
     *         System.out.println(outcome.call().params() + " " + (outcome.error() == null ? outcome.data() : outcome.error()));
     *     }
     * }
     * }</pre>
     *
     * @param operation the name
     * @param parameter the parameter, by the catalogue's name
     * @param values its values; more are taken as outcomes are taken, on the thread that takes them
     * @return the batch, which begins when its first outcome is asked for
     */
    public Batch map(String operation, String parameter, Iterator<?> values) {
        return map(operation, parameter, values, null, null);
    }

    /**
     * The same with parameters and options that are the same for all calls.
     *
     * @param operation the name
     * @param parameter the parameter, by the catalogue's name
     * @param values its values; more are taken as outcomes are taken, on the thread that takes them
     * @param params the other parameters; null for none
     * @param options what holds for each call; null for nothing
     * @return the batch, which begins when its first outcome is asked for
     * @throws UsageException if the other parameters have this one, too
     */
    public Batch map(
            String operation, String parameter, Iterator<?> values, Map<String, ?> params, CallOptions options) {
        Map<String, Object> common = params == null ? new LinkedHashMap<>() : new LinkedHashMap<>(params);
        if (common.containsKey(parameter)) {
            throw new UsageException(
                    ErrorDetails.field(parameter, "is given twice: with its values, and in the parameters for all calls"));
        }
        return batch(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return values.hasNext();
            }

            @Override
            public BatchCall next() {
                Map<String, Object> all = new LinkedHashMap<>(common);
                all.put(parameter, values.next());
                return new BatchCall(operation, all, options);
            }
        });
    }

    /**
     * The same client, with these options for every call that is made through what this returns. Closing either closes
     * both.
     *
     * @param options the options
     * @return another view of this client
     */
    public Client withOptions(CallOptions options) {
        Map<String, Object> all = new LinkedHashMap<>(this.options);
        all.putAll(options.values);
        return new Client(engine, all, label);
    }

    /** Stops every call in progress, which then fail, and refuses new ones. May be repeated. */
    @Override
    public void close() {
        engine.close();
    }

    /**
     * Whether it has been closed.
     *
     * @return true after {@link #close()}
     */
    public boolean isClosed() {
        return engine.isClosed();
    }

    /**
     * The portal; nothing secret.
     *
     * @return a text
     */
    @Override
    public String toString() {
        return "Client[" + label + (isClosed() ? ", closed" : "") + "]";
    }

    private Answer answer(String operation, Map<String, ?> params, CallOptions options) {
        return engine.call(operation, written(params), joined(options));
    }

    private static String written(Map<String, ?> params) {
        return params == null || params.isEmpty() ? null : Json.write(params, "");
    }

    private String joined(CallOptions more) {
        if (more == null || more.values.isEmpty()) {
            return options.isEmpty() ? null : Json.write(options, "");
        }
        if (options.isEmpty()) {
            return Json.write(more.values, "");
        }
        Map<String, Object> all = new LinkedHashMap<>(options);
        all.putAll(more.values);
        return Json.write(all, "");
    }

    private static String label(Map<String, Object> settings) {
        Object address = settings.get("base_url");
        Object portal = settings.get("portal");
        return (portal instanceof Map ? "a portal of its own document" : portal) + (address == null ? "" : ", " + address);
    }
}
