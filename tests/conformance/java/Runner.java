// In the client's own package, for its reader and writer of JSON.
package io.hostbill;

import io.hostbill.operations.Operations;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs conformance cases in Java; ../README.md has the protocol. */
public final class Runner {
    /** The path's placeholders by operation: what a method takes first. */
    private static final Map<String, List<String>> PATHS = new HashMap<>();

    private final Map<String, Object> row;
    private final Sandbox sandbox;
    private final Client client;

    private Runner(Map<String, Object> row) {
        this.row = row;
        Object settings = row.get("sandbox");
        sandbox = settings == null ? null : set(Sandbox.builder(), settings).start();
        client = another();
    }

    private Client another() {
        return set(sandbox == null ? Client.builder() : sandbox.clientBuilder(), row.get("client")).build();
    }

    private static <T extends Params<T>> T set(T params, Object values) {
        Data.members(values).forEach(params::set);
        return params;
    }

    private void end() {
        client.close();
        if (sandbox != null) {
            sandbox.close();
        }
    }

    private Map<String, Object> step(Map<String, Object> step) throws Exception {
        switch (text(step, "do")) {
            case "call":
                return data(call(client, step).value());
            case "dry":
                step = new LinkedHashMap<>(step);
                Map<String, Object> options = new LinkedHashMap<>(Data.members(step.get("options")));
                options.put("dry_run", true);
                step.put("options", options);
                return data(call(client, step).value());
            case "full":
                Answer answer = call(client.answers(), step);
                Map<String, Object> full = data(answer.data().value());
                full.put("info", answer.info());
                full.put("meta", meta(answer.meta()));
                return full;
            case "close":
                client.close();
                return data(null);
            case "closed":
                return data(client.isClosed());
            case "control":
                return data(sandbox.control(text(step, "command"), Data.members(step.get("arguments"))).value());
            case "stop":
                sandbox.close();
                return data(null);
            case "parallel":
                return data(parallel(step));
            case "cancel":
                return data(cancelled(step));
            case "catalog":
                Data found = Hostbill.catalog(text(step, "portal"));
                return data(Map.of("operations", found.get("operations").size(), "compositions", found.get("compositions").size()));
            case "version":
                return data(Hostbill.version());
            case "value":
                return data(Data.of(step.get("json")).value());
            default:
                return new LinkedHashMap<>(Map.of("skipped", "there is no step " + step.get("do")));
        }
    }

    private Object parallel(Map<String, Object> step) throws Exception {
        int clients = ((Long) step.get("clients")).intValue();
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        List<Future<List<Data>>> running = new ArrayList<>();
        for (int n = 0; n < clients; n++) {
            running.add(pool.submit(() -> {
                List<Data> answers = new ArrayList<>();
                try (Client own = another()) {
                    for (long m = 0; m < (Long) step.get("each"); m++) {
                        answers.add(call(own, Data.members(step.get("step"))));
                    }
                }
                return answers;
            }));
        }
        List<Data> answers = new ArrayList<>();
        for (Future<List<Data>> one : running) {
            answers.addAll(one.get());
        }
        pool.shutdown();
        long different = answers.stream().filter(answer -> !answer.equals(answers.get(0))).count();
        return Map.of("succeeded", answers.size(), "failed", 0, "different", different);
    }

    /** The thread that calls is interrupted by another. */
    private Object cancelled(Map<String, Object> step) throws Exception {
        Thread caller = Thread.currentThread();
        Thread other = new Thread(() -> {
            try {
                Thread.sleep((Long) step.get("after_ms"));
                caller.interrupt();
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        other.start();
        try {
            return call(client, Data.members(step.get("step"))).value();
        } finally {
            Thread.interrupted();
            other.join();
        }
    }

    private static <R> R call(Operations<R> view, Map<String, Object> step) throws Exception {
        String operation = text(step, "operation");
        Map<String, Object> params = new LinkedHashMap<>(Data.members(step.get("params")));
        CallOptions options = set(new CallOptions(), step.get("options"));
        return "method".equals(step.get("via")) ? byMethod(view, operation, params, options) : view.call(operation, params, options);
    }

    @SuppressWarnings("unchecked")
    private static <R> R byMethod(Operations<R> view, String operation, Map<String, Object> params, CallOptions options)
            throws Exception {
        Object group = view;
        String[] parts = operation.split("\\.");
        for (int n = 0; n + 1 < parts.length; n++) {
            group = method(group.getClass(), camel(parts[n])).invoke(group);
        }
        List<Object> given = new ArrayList<>();
        for (String name : PATHS.getOrDefault(operation, List.of())) {
            given.add(params.remove(name));
        }
        String name = camel(parts[parts.length - 1]);
        Class<?> paramsClass = paramsClass(group.getClass(), name);
        if (paramsClass != null) {
            given.add(filled(paramsClass, params));
        }
        given.add(options);
        for (Method candidate : group.getClass().getMethods()) {
            Object[] fitting = name(candidate).equals(name) ? fitting(candidate, given) : null;
            if (fitting != null) {
                try {
                    return (R) candidate.invoke(group, fitting);
                } catch (InvocationTargetException thrown) {
                    throw (Exception) thrown.getCause();
                }
            }
        }
        throw new IllegalStateException("no method of " + group.getClass() + " is " + name + given);
    }

    private static Class<?> paramsClass(Class<?> group, String name) {
        for (Class<?> inner : group.isAnonymousClass() ? group.getSuperclass().getClasses() : group.getClasses()) {
            if (inner.getSimpleName().equalsIgnoreCase(name + "Params")) {
                return inner;
            }
        }
        return null;
    }

    /** Parameters, each by its own method, or by name where the value is of a type that no method takes. */
    private static Object filled(Class<?> type, Map<String, Object> values) throws Exception {
        Params<?> params = (Params<?>) type.getConstructor().newInstance();
        values.forEach((name, value) -> {
            for (Method setter : type.getMethods()) {
                Object[] fitting = name(setter).equals(camel(name)) ? fitting(setter, java.util.Collections.singletonList(value)) : null;
                if (fitting != null) {
                    try {
                        setter.invoke(params, fitting);
                        return;
                    } catch (ReflectiveOperationException impossible) {
                        throw new IllegalStateException(impossible);
                    }
                }
            }
            params.set(name, value);
        });
        return params;
    }

    /** What a method takes, made of these values; null if it takes others. */
    private static Object[] fitting(Method method, List<Object> values) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length != values.size()) {
            return null;
        }
        Object[] out = values.toArray();
        for (int n = 0; n < types.length; n++) {
            if (types[n] == long.class && out[n] instanceof String text && text.matches("[0-9]+") && method.getReturnType() == Object.class) {
                out[n] = Long.valueOf(text); // In a path a number and its text are the same.
            }
            boolean fits = types[n] == long.class ? out[n] instanceof Long
                    : types[n] == boolean.class ? out[n] instanceof Boolean
                    : types[n].isInstance(out[n]);
            if (!fits || out[n] instanceof Collection<?> items && !textsAsWanted(method, items)) {
                return null;
            }
        }
        return out;
    }

    /** Reflection does not look at what is in a collection. */
    private static boolean textsAsWanted(Method method, Collection<?> items) {
        String wanted = method.getGenericParameterTypes()[0].getTypeName();
        return !wanted.contains("<java.lang.String>") || items.stream().allMatch(item -> item instanceof String);
    }

    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (java.lang.reflect.Modifier.isPublic(at.getModifiers())) {
                return at.getMethod(name);
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static String name(Method method) {
        return method.getName().replaceAll("_$", "");
    }

    private static String camel(String name) {
        StringBuilder out = new StringBuilder();
        for (String word : name.split("_")) {
            out.append(out.length() == 0 ? word : word.substring(0, 1).toUpperCase() + word.substring(1));
        }
        return out.toString();
    }

    private static Map<String, Object> data(Object data) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ok", true);
        result.put("data", data);
        return result;
    }

    private static Map<String, Object> meta(Answer.Meta meta) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("operation", meta.operation());
        out.put("http_status", meta.httpStatus());
        out.put("attempts", meta.attempts());
        out.put("elapsed_ms", meta.elapsedMs());
        if (meta.tag() != null) {
            out.put("tag", meta.tag());
        }
        if (!meta.history().isEmpty()) {
            out.put("history", history(meta.history()));
        }
        return out;
    }

    private static List<Object> history(List<Attempt> attempts) {
        List<Object> out = new ArrayList<>();
        for (Attempt one : attempts) {
            out.add(Map.of("attempt", one.attempt(), "outcome", one.outcome(), "http_status", one.httpStatus(),
                    "elapsed_ms", one.elapsedMs(), "waited_ms", one.waitedMs()));
        }
        return out;
    }

    private static Map<String, Object> said(HostbillException error) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("type", error.getClass().getSimpleName());
        out.put("class", error.errorClass());
        out.put("status", error.status());
        out.put("message", error.getMessage());
        out.put("operation", error.operation());
        out.put("http_status", error.httpStatus());
        out.put("portal_errors", error.portalErrors());
        out.put("attempts", error.attempts());
        out.put("retryable", error.retryable());
        List<Object> fields = new ArrayList<>();
        for (FieldProblem row : error.fields()) {
            Map<String, Object> field = new LinkedHashMap<>();
            field.put("field", row.field());
            field.put("problem", row.problem());
            field.put("expected", row.expected());
            field.put("nearest", row.nearest());
            fields.add(field);
        }
        out.put("fields", fields);
        out.put("portals", error.portals());
        out.put("reconcile", error.reconcile().value());
        out.put("retry_after_s", error.retryAfterSeconds());
        out.put("history", history(error.history()));
        out.put("tag", error.tag());
        return new LinkedHashMap<>(Map.of("ok", false, "error", out));
    }

    private static String text(Map<String, Object> map, String name) {
        return (String) map.get(name);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> results(Map<String, Object> row) throws Exception {
        List<Object> results = new ArrayList<>();
        Runner runner;
        try {
            runner = new Runner(row);
        } catch (HostbillException error) {
            return List.of(said(error));
        }
        for (Object step : (List<Object>) row.get("steps")) {
            try {
                results.add(runner.step(Data.members(step)));
            } catch (HostbillException error) {
                results.add(said(error));
            }
        }
        runner.end();
        return results;
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] arguments) throws Exception {
        for (Data portal : Hostbill.catalog(null).get("portals")) {
            for (Data operation : portal.get("operations")) {
                List<String> names = new ArrayList<>();
                Matcher placeholder = Pattern.compile("\\{(\\w+)\\}").matcher(operation.get("path").text());
                while (placeholder.find()) {
                    names.add(placeholder.group(1));
                }
                PATHS.put(operation.get("id").text(), names);
            }
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Map<String, Object> file = Data.members(Json.read(Files.readAllBytes(Path.of(arguments[0]))));
        for (Object row : (List<Object>) file.get("cases")) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("case", Data.members(row).get("name"));
            line.put("results", results(Data.members(row)));
            out.println(Json.write(line, ""));
        }
        out.println(Json.write(Map.of("live_objects", Hostbill.liveObjects()), ""));
        out.flush();
    }
}
