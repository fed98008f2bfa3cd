import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hostbill.Answer;
import io.hostbill.Batch;
import io.hostbill.BatchCall;
import io.hostbill.CallOptions;
import io.hostbill.CancelledException;
import io.hostbill.Client;
import io.hostbill.ClientBuilder;
import io.hostbill.Data;
import io.hostbill.Hostbill;
import io.hostbill.HostbillException;
import io.hostbill.NetworkException;
import io.hostbill.OutcomeUnknownException;
import io.hostbill.Retry;
import io.hostbill.Sandbox;
import io.hostbill.Outcome;
import io.hostbill.TimeoutException;
import io.hostbill.UnsupportedException;
import io.hostbill.UsageException;
import io.hostbill.operations.Account;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientTest {
    private final Portal portal = new Portal();
    private final CallOptions raw = new CallOptions().raw(true);

    @AfterEach
    void stop() {
        portal.close();
    }

    private ClientBuilder builder() {
        return Client.builder().portal("time4vps").baseUrl(portal.url()).auth("basic").username("me@example.com").password("s3cret-word");
    }

    /** A call in a thread of its own. */
    private static final class Running {
        final FutureTask<Data> task;
        final Thread thread;

        Running(java.util.concurrent.Callable<Data> call) {
            task = new FutureTask<>(call);
            thread = new Thread(task);
            thread.start();
        }

        Throwable failure() throws InterruptedException {
            return assertThrows(ExecutionException.class, task::get).getCause();
        }
    }

    @Test
    void numbersAreExact() throws Exception {
        try (Client client = builder().build()) {
            Running call = new Running(() -> client.account().balance(raw));
            portal.next().answer("{\"price\":0.10,\"large\":12345678901234.56789,\"count\":3,\"huge\":123456789012345678901,\"text\":\"19.90\"}");
            Data data = call.task.get();
            assertEquals(new BigDecimal("0.10"), data.get("price").value());
            assertEquals(new BigDecimal("12345678901234.56789"), data.get("large").decimal());
            assertEquals(3L, data.get("count").value());
            assertEquals(new BigInteger("123456789012345678901"), data.get("huge").value());
            assertEquals(new BigDecimal("19.90"), data.get("text").decimal());
        }
    }

    @Test
    void whatTheLibraryWritesIsReadExactly() throws Exception {
        try (Client client = builder().build()) {
            Running call = new Running(() -> client.account().balance(raw));
            portal.next().answer("{\"text\":\"caf\u00e9 \ud83d\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000 \",\"\u00e9\\u0041\":[[],{},[{}],null,true,false],"
                    + "\"numbers\":[0,-1,-2.50,1E3,1e-2,999999999999999999,-9223372036854775808,9223372036854775807,9007199254740993]}");
            Data data = call.task.get();
            assertEquals("caf\u00e9 \ud83d\ude00 \"\\/\b\f\n\r\t\0 ", data.get("text").value());
            List<Object> inner = new ArrayList<>(List.of(List.of(), Map.of(), List.of(Map.of())));
            inner.add(null);
            inner.add(true);
            inner.add(false);
            assertEquals(inner, data.get("\u00e9A").value());
            assertEquals(List.of(0L, -1L, new BigDecimal("-2.50"), new BigDecimal("1E3"), new BigDecimal("1e-2")), items(data, 0, 5));
            for (int n = 5; n < 9; n++) {
                assertEquals(List.of("999999999999999999", "-9223372036854775808", "9223372036854775807", "9007199254740993").get(n - 5),
                        data.get("numbers").get(n).text());
            }
        }
    }

    private static final String ROWS = "{\"rows\":[{\"id\":1,\"name\":\"a\\/b\",\"total\":\"1.50\"},{\"id\":2,\"name\":\"longer than before\","
            + "\"total\":\"1.5\"},{\"id\":3,\"name\":\"c\",\"more\":null,\"total\":\"2\"},{\"id\":4,\"total\":\"2\",\"name\":\"x\"},"
            + "{\"id\":5,\"name\":\"y\"},{},{\"id\":6,\"name\":[1,{\"id\":7}],\"total\":{}},{\"na\\u006de\":\"u\",\"id\":8},3,{\"id\":9}]}";

    /** Rows that resemble each other, or do not: names that come, go, change places, or are written in another way. */
    @Test
    void rowsAreWhatWasSent() throws Exception {
        try (Client client = builder().build()) {
            for (int n = 0; n < 2; n++) { // The second time with what is remembered of the first.
                Running call = new Running(() -> client.account().balance(raw));
                portal.next().answer(ROWS);
                Map<?, ?> data = (Map<?, ?>) call.task.get().value();
                assertEquals("{rows=[{id=1, name=a/b, total=1.50}, {id=2, name=longer than before, total=1.5}, "
                        + "{id=3, name=c, more=null, total=2}, {id=4, total=2, name=x}, {id=5, name=y}, {}, "
                        + "{id=6, name=[1, {id=7}], total={}}, {name=u, id=8}, 3, {id=9}]}", data.toString());
                List<?> rows = (List<?>) data.get("rows");
                Map<?, ?> third = (Map<?, ?>) rows.get(2);
                assertTrue(third.containsKey("more") && third.get("more") == null && !third.containsKey("no") && third.get(3) == null);
                Map<String, Object> same = new java.util.HashMap<>(Map.of("id", 4L, "name", "x", "total", "2"));
                assertTrue(rows.get(3).equals(same) && same.equals(rows.get(3)) && rows.get(3).hashCode() == same.hashCode());
                assertNotEquals(rows.get(0), rows.get(1));
                assertThrows(UnsupportedOperationException.class, () -> third.entrySet().iterator().next().setValue(null));
                assertThrows(UnsupportedOperationException.class, () -> rows.remove(0));
            }
        }
    }

    @Test
    void ofARepeatedNameTheLastValueCounts() throws Exception {
        StringBuilder many = new StringBuilder("{\"a\":1,\"b\":2,\"a\":3,\"list\":[");
        for (int n = 0; n < 2; n++) {
            many.append(n == 0 ? "{" : ",{");
            for (int name = 0; name < 200; name++) {
                many.append("\"n").append(name).append("\":").append(name + n).append(',');
            }
            many.append("\"n7\":-1}");
        }
        try (Client client = builder().build()) {
            Running call = new Running(() -> client.account().balance(raw));
            portal.next().answer(many.append("]}").toString());
            Data data = call.task.get();
            assertEquals(List.of("a", "b", "list"), List.copyOf(data.map().keySet()));
            assertEquals(3L, data.get("a").value());
            for (int n = 0; n < 2; n++) {
                Data large = data.get("list").get(n);
                assertEquals(200, large.size());
                assertEquals(-1L, large.get("n7").value());
                assertEquals(199L + n, large.get("n199").value());
                assertTrue(large.get("n200").isNull());
            }
        }
    }

    private static List<Object> items(Data data, int from, int to) {
        return data.get("numbers").list().subList(from, to).stream().map(Data::value).toList();
    }

    @Test
    void aCallMakesNoThread() throws Exception {
        var before = Thread.getAllStackTraces().keySet(); // Those of other tests may still be ending.
        try (Client client = builder().baseUrl("http://127.0.0.1:1/api").build()) {
            assertThrows(io.hostbill.NetworkException.class, () -> client.servers().list());
            assertTrue(Thread.getAllStackTraces().keySet().stream()
                    .allMatch(thread -> before.contains(thread) || !thread.getName().startsWith("hostbill")));
        }
    }

    /** It comes before the call, during it and after it; the call ends in time, and what comes later is not disturbed. */
    @Test
    void interruptsAtAnyTimeStopACallOrNone() throws Exception {
        try (Client client = Client.builder().portal("time4vps").baseUrl("http://127.0.0.1:1/api").token("t")
                .retry(new io.hostbill.Retry().maxAttempts(1)).build()) {
            for (int n = 0; n < 300; n++) {
                Running call = new Running(() -> client.servers().list());
                java.util.concurrent.locks.LockSupport.parkNanos(n * 1000L);
                call.thread.interrupt();
                Throwable failure = call.failure();
                assertTrue(failure instanceof CancelledException || failure instanceof io.hostbill.NetworkException, failure::toString);
            }
            assertThrows(io.hostbill.NetworkException.class, () -> client.servers().list());
        }
    }

    @Test
    void dataCanBeSteppedThrough() {
        Data data = Hostbill.catalog("coloup");
        assertTrue(data.get("operations").size() > 50);
        assertTrue(data.get("no").get(3).get("such").isNull());
        assertNull(data.get("no").value());
        assertThrows(ClassCastException.class, data::text);
        assertThrows(ClassCastException.class, data::list);
        assertThrows(NumberFormatException.class, () -> data.get("portal").integer());
        assertEquals("coloup", data.map().get("portal").text());
        assertThrows(UnsupportedOperationException.class, () -> ((Map<?, ?>) data.value()).clear());
        int operations = 0;
        for (Data operation : data.get("operations")) {
            assertFalse(operation.get("id").text().isEmpty());
            operations++;
        }
        assertEquals(operations, data.get("operations").list().size());
    }

    @Test
    void interruptingAThreadCancelsItsCallAndNoOther() throws Exception {
        try (Client client = builder().build()) {
            boolean[] stillInterrupted = {false};
            Running first = new Running(() -> {
                try {
                    return client.servers().get(1);
                } finally {
                    stillInterrupted[0] = Thread.currentThread().isInterrupted();
                }
            });
            portal.next();
            Running second = new Running(() -> client.servers().get(2, raw));
            Portal.Request kept = portal.next();
            first.thread.interrupt();
            assertInstanceOf(CancelledException.class, first.failure());
            assertTrue(stillInterrupted[0]);
            kept.answer("{}");
            assertTrue(second.task.get().isMap());
        }
    }

    @Test
    void anInterruptAfterTheRequestLeftLeavesItsOutcomeOpen() throws Exception {
        try (Client client = builder().build()) {
            Running call = new Running(() -> client.servers().reboot(7));
            portal.next();
            call.thread.interrupt();
            OutcomeUnknownException unknown = assertInstanceOf(OutcomeUnknownException.class, call.failure());
            assertEquals("servers.reboot", unknown.reconcile().get("operation").text());
        }
    }

    @Test
    void anInterruptedThreadSendsNothing() {
        try (Client client = builder().build()) {
            Thread.currentThread().interrupt();
            assertThrows(CancelledException.class, () -> client.servers().reboot(7));
            assertTrue(Thread.interrupted());
            assertFalse(portal.hasAnother());
        }
    }

    @Test
    void manyThreadsGetTheirOwnAnswers() throws Exception {
        try (Client client = builder().build()) {
            List<Running> calls = new ArrayList<>();
            for (long n = 0; n < 32; n++) {
                long id = n;
                calls.add(new Running(() -> client.servers().get(id, raw)));
            }
            List<Portal.Request> requests = new ArrayList<>();
            for (int n = 0; n < 32; n++) {
                requests.add(portal.next()); // All are under way at once.
            }
            for (Portal.Request request : requests) {
                request.answer("{\"n\":" + request.path().replaceAll(".*/", "") + "}");
            }
            for (int n = 0; n < 32; n++) {
                assertEquals(n, calls.get(n).task.get().get("n").integer());
            }
        }
    }

    @Test
    void virtualThreadsWaitWithoutTheirCarrier() throws Exception {
        java.lang.reflect.Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException before21) {
            org.junit.jupiter.api.Assumptions.abort("this Java has no virtual threads");
            return;
        }
        try (Client client = builder().build()) {
            List<CompletableFuture<Data>> calls = new ArrayList<>();
            for (long n = 0; n < 48; n++) { // More than there are processors.
                long id = n;
                CompletableFuture<Data> call = new CompletableFuture<>();
                calls.add(call);
                Runnable run = () -> call.complete(client.servers().get(id, raw));
                start.invoke(null, run);
            }
            List<Portal.Request> requests = new ArrayList<>();
            for (int n = 0; n < 48; n++) {
                requests.add(portal.next());
            }
            requests.forEach(request -> request.answer("{}"));
            for (CompletableFuture<Data> call : calls) {
                assertTrue(call.get().isMap());
            }
        }
    }

    @Test
    void closeEndsCallsOfOtherThreadsAndRefusesLaterOnes() throws Exception {
        Client client = builder().build();
        Running call = new Running(() -> client.servers().list());
        portal.next();
        client.close();
        client.close();
        assertInstanceOf(CancelledException.class, call.failure());
        assertTrue(client.isClosed());
        UsageException refused = assertThrows(UsageException.class, () -> client.servers().list());
        assertEquals("the client is closed", refused.getMessage());
        assertThrows(UsageException.class, () -> client.async().servers().list());
    }

    @Test
    void futuresAreThereAtOnceAndCanBeCancelled() throws Exception {
        try (Client client = builder().build()) {
            CompletableFuture<Answer> one = client.async().servers().get(1, raw);
            Portal.Request request = portal.next();
            assertFalse(one.isDone());
            request.answer("{\"a\":1}");
            assertEquals(1, one.get(30, TimeUnit.SECONDS).data().get("a").integer());
            CompletableFuture<Answer> other = client.async().servers().get(2);
            portal.next();
            assertTrue(other.cancel(true));
            assertInstanceOf(CancelledException.class, assertThrows(CompletionException.class, other::join).getCause());
            assertFalse(other.cancel(true));
        }
    }

    /** Calls without end; every tenth is a mistake. */
    private static final class Endless implements java.util.Iterator<BatchCall> {
        int asked;

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public BatchCall next() {
            int index = asked++;
            return index % 10 == 9
                    ? new BatchCall("no.such", null)
                    : new BatchCall("servers.get", Map.of("server_id", index), new CallOptions().raw(true));
        }
    }

    @Test
    void aBatchKeepsOrderAndWindow() throws Exception {
        try (Client client = builder().build(); Batch batch = client.batch(new Endless())) {
            Endless calls = new Endless();
            Thread answers = new Thread(() -> {
                try {
                    while (true) {
                        Portal.Request request = portal.next();
                        try {
                            request.answer("{\"path\":\"" + request.path() + "\"}");
                        } catch (java.io.UncheckedIOException gone) {
                            // The batch was left meanwhile.
                        }
                    }
                } catch (InterruptedException end) {
                    // The test is over.
                }
            });
            answers.start();
            int seen = 0;
            try (Batch ordered = client.batch(calls).window(5)) {
                for (Outcome outcome : ordered) {
                    assertEquals(seen, outcome.index());
                    assertTrue(calls.asked <= seen + 5);
                    if (seen % 10 == 9) {
                        assertInstanceOf(UsageException.class, outcome.error());
                        assertThrows(UsageException.class, outcome::data);
                    } else {
                        assertTrue(outcome.data().get("path").text().endsWith("/" + seen));
                    }
                    if (++seen == 100) {
                        break;
                    }
                }
            }
            answers.interrupt();
            answers.join();
            assertThrows(UsageException.class, () -> batch.window(0));
        }
    }

    @Test
    void aBatchAsCallsEndAndLeft() throws Exception {
        long before = Hostbill.liveObjects();
        try (Client client = builder().build(); Batch batch = client.batch(new Endless()).window(3).unordered()) {
            var outcomes = batch.iterator();
            FutureTask<Outcome> first = new FutureTask<>(outcomes::next);
            new Thread(first).start();
            List<Portal.Request> requests = List.of(portal.next(), portal.next(), portal.next());
            Portal.Request last = requests.stream().filter(request -> request.path().endsWith("/2")).findFirst().get();
            last.answer("{}");
            assertEquals(2, first.get().index());
            batch.close();
            assertFalse(outcomes.hasNext());
        }
        assertEquals(before, Hostbill.liveObjects());
    }

    /** Server ids without end; every tenth value is none. */
    private static final class Ids implements java.util.Iterator<Object> {
        int asked;

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Object next() {
            return asked++ % 10 == 9 ? new Object() : (Object) asked;
        }
    }

    @Test
    void mapMakesOneOperationWithEachOfManyValues() {
        CallOptions dry = new CallOptions().dryRun(true);
        try (Client client = builder().build()) {
            Ids ids = new Ids();
            int seen = 0;
            try (Batch batch = client.map("servers.get", "server_id", ids, null, dry).window(5)) {
                for (Outcome outcome : batch) {
                    assertEquals(seen++, outcome.index());
                    assertTrue(ids.asked <= outcome.index() + 5);
                    if (seen % 10 == 0) {
                        assertInstanceOf(UsageException.class, outcome.error());
                        assertTrue(outcome.error().getMessage().contains("server_id"), outcome.error().getMessage());
                    } else {
                        assertTrue(outcome.data().get("url").text().endsWith("/server/" + seen));
                        assertEquals(Map.of("server_id", seen), outcome.call().params());
                    }
                    if (seen == 100) {
                        break;
                    }
                }
            }
            assertEquals(100, seen);

            Map<String, Object> params = new HashMap<>(Map.of("server_id", 7));
            List<String> bodies = new ArrayList<>();
            try (Batch batch = client.map("servers.rename", "hostname", List.of("a", "b").iterator(), params, dry)) {
                batch.forEach(outcome -> bodies.add(outcome.data().get("body").text()));
            }
            assertEquals(List.of("{\"hostname\":\"a\"}", "{\"hostname\":\"b\"}"), bodies);
            assertEquals(Map.of("server_id", 7), params);

            int before = ids.asked;
            UsageException twice = assertThrows(
                    UsageException.class, () -> client.map("servers.get", "server_id", ids, params, null));
            assertTrue(twice.getMessage().contains("server_id is given twice"), twice.getMessage());
            assertEquals(before, ids.asked);
        }
    }

    @Test
    void mapWithoutOptionsAsCallsEndAndLeft() throws Exception {
        try (Client client = builder().build().withOptions(raw);
                Batch batch = client.map("servers.get", "server_id", List.of(1, 2, 3, 4).iterator()).window(3).unordered()) {
            var outcomes = batch.iterator();
            FutureTask<Outcome> first = new FutureTask<>(outcomes::next);
            new Thread(first).start();
            List<Portal.Request> requests = List.of(portal.next(), portal.next(), portal.next());
            requests.stream().filter(request -> request.path().endsWith("/3")).findFirst().get().answer("{}");
            assertEquals(2, first.get().index());
            assertFalse(portal.hasAnother());
        }
    }

    @Test
    void clientsThatAreForgottenAreReleased() throws Exception {
        long before = Hostbill.liveObjects();
        for (int n = 0; n < 50; n++) {
            builder().build().withOptions(new CallOptions().dryRun(true)).servers().list();
        }
        assertTrue(Hostbill.liveObjects() > before);
        for (int n = 0; n < 600 && Hostbill.liveObjects() > before; n++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(before, Hostbill.liveObjects());
    }

    @Test
    void optionsHoldForACallOrForAllOfAView() {
        try (Client client = builder().retry(new Retry().maxAttempts(1)).build()) {
            Client dry = client.withOptions(new CallOptions().dryRun(true).tag("all"));
            Answer answer = dry.answers().servers().get(7);
            assertEquals("GET", answer.data().get("method").text());
            assertEquals("all", answer.meta().tag());
            assertEquals("one", dry.answers().servers().get(7, new CallOptions().tag("one")).meta().tag());
            assertThrows(TimeoutException.class, () -> client.servers().get(7, new CallOptions().timeout(Duration.ofMillis(50))));
        }
    }

    @Test
    void whatIsNoValueIsNamed() {
        try (Client client = builder().portal("generic").build()) {
            Map<String, Object> itself = new HashMap<>();
            itself.put("again", itself);
            for (Object wrong : new Object[] {Double.NaN, Float.POSITIVE_INFINITY, "\ud83d", new Object(), itself, new int[][] {{1}, null, {}}.getClass()}) {
                UsageException error = assertThrows(
                        UsageException.class,
                        () -> client.call("orders.create", Map.of("product_id", 3, "custom", Map.of("a", List.of(wrong)))));
                assertEquals("usage", error.errorClass());
                assertTrue(error.fields().get(0).field().startsWith("custom.a[0]"), error.getMessage());
            }
            assertThrows(UsageException.class, () -> client.call(null));
            assertThrows(UsageException.class, () -> client.call("a\0b"));
            assertThrows(UsageException.class, () -> client.call("\ud83d"));
        }
        assertThrows(UsageException.class, () -> Client.builder().portal("time4vsp").set("pasword", "x").build());
        assertFalse(portal.hasAnother());
    }

    @Test
    void secretsAreNotShown() {
        ClientBuilder builder = builder().token("t0ken-word");
        assertTrue(builder.toString().contains("password"));
        assertFalse((builder.toString() + builder().build()).matches(".*(s3cret|t0ken).*"));
        Account.SignupParams params = new Account.SignupParams().password("an0ther-Secret-word");
        assertFalse(params.toString().contains("an0ther"));
        try (Client client = builder().build()) {
            HostbillException error = assertThrows(HostbillException.class, () -> client.account().signup(params));
            assertFalse((error + error.details().toString()).contains("an0ther"));
        }
    }

    @Test
    void exceptionsCanBeStored() throws Exception {
        UsageException error = assertThrows(UsageException.class, () -> Hostbill.catalog("colup"));
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        new ObjectOutputStream(stored).writeObject(error);
        UsageException again = (UsageException) new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray())).readObject();
        assertEquals(error.getMessage(), again.getMessage());
        assertEquals(error.details(), again.details());
    }

    @Test
    void theSandboxIsAPortal() {
        Sandbox sandbox = Sandbox.builder().portal("time4vps").taskPolls(1).username("ada@example.com").start();
        try (Client client = sandbox.client()) {
            assertFalse(sandbox.toString().contains(sandbox.password()));
            client.servers().reboot(sandbox.id("server_id"));
            assertEquals(1, sandbox.control("ledger", null).get("servers.reboot").integer());
            assertThrows(UsageException.class, () -> sandbox.control("nonsense", null));
            sandbox.close();
            sandbox.close();
            assertThrows(UsageException.class, () -> sandbox.control("info", null));
            assertThrows(NetworkException.class, () -> client.servers().list());
        }
    }

    @Test
    void aPortalOfItsOwnDocument() {
        Map<String, Object> swagger = Map.of("swagger", "2.0", "basePath", "/api", "paths",
                Map.of("/balance", Map.of("get", Map.of("responses", Map.of()))));
        try (Client client = Client.builder().portal(Map.of("swagger", swagger)).baseUrl(portal.url()).auth("none").build()) {
            assertEquals("GET", client.account().balance(new CallOptions().dryRun(true)).get("method").text());
            assertThrows(UnsupportedException.class, () -> client.servers().list());
            assertFalse(client.toString().contains("swagger"));
        }
    }

    @Test
    void theLibrarySaysWhatItIs() {
        assertTrue(Hostbill.version().matches("\\d+\\.\\d+\\.\\d+"));
        assertEquals(1, Hostbill.buildInfo().get("abi_version").integer());
    }
}
