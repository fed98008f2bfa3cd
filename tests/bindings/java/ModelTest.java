import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hostbill.Answer;
import io.hostbill.Client;
import io.hostbill.Data;
import io.hostbill.Hostbill;
import io.hostbill.HostbillException;
import io.hostbill.MisfitException;
import io.hostbill.Model;
import io.hostbill.Sandbox;
import io.hostbill.results.Credential;
import io.hostbill.results.Invoice;
import io.hostbill.results.Service;
import io.hostbill.results.Waited;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ModelTest {
    private static final String INVOICE = "{\"id\":5,\"status\":\"Paused\",\"date\":\"2026-02-03\",\"duedate\":null,"
            + "\"datepaid\":\"2026-02-04T05:06:07+02:00\",\"total\":\"12.50\",\"subtotal\":{\"a\":1},\"newer\":[1]}";

    /** What a client gives for an invoice that a portal sends; raw, so that it comes as it is here. */
    private static Invoice invoice(String sent) throws Exception {
        return data(sent).as(Invoice::new);
    }

    private static Data data(String sent) throws Exception {
        try (Portal portal = new Portal();
                Client client = Client.builder().portal("time4vps").baseUrl(portal.url()).auth("basic").username("me").password("x").build()) {
            var answer = client.async().invoices().get(5, new io.hostbill.CallOptions().raw(true));
            portal.next().answer(sent);
            return answer.get().data();
        }
    }

    @Test
    void fieldsHaveTheirTypes() throws Exception {
        Invoice invoice = invoice(INVOICE);
        assertEquals(5L, invoice.id());
        assertEquals(new BigDecimal("12.50"), invoice.total());
        assertEquals(LocalDate.of(2026, 2, 3), invoice.date());
        assertNull(invoice.duedate());
        assertEquals(LocalDateTime.of(2026, 2, 4, 5, 6, 7), invoice.datepaid());
        assertEquals(OffsetDateTime.parse("2026-02-04T05:06:07+02:00"), invoice.withOffset("datepaid"));
        assertNull(invoice.withOffset("date"));
        assertEquals(new Invoice.Status("Paused"), invoice.status());
        assertNotEquals(Invoice.Status.PAID, invoice.status());
        assertEquals("Paused", invoice.status().toString());
        assertEquals(List.of(), invoice.items());
        assertEquals("[1]", invoice.others().get("newer").toString());
    }

    @Test
    void aMisfitFailsAlone() throws Exception {
        Invoice invoice = invoice(INVOICE);
        MisfitException misfit = assertThrows(MisfitException.class, invoice::subtotal);
        assertEquals("subtotal: expected an amount", misfit.getMessage());
        assertEquals("{\"a\":1}", invoice.get("subtotal").toString());
        assertTrue(invoice.misfits().contains("subtotal: expected an amount"), invoice.misfits().toString());
        assertTrue(invoice.toString().contains("subtotal=?"), invoice.toString());

        Invoice within = invoice("{\"id\":5,\"items\":[{\"amount\":\"1.00\"},{\"amount\":[]},\"text\"]}");
        assertEquals(new BigDecimal("1.00"), within.items().get(0).amount());
        assertTrue(within.misfits().contains("items[1].amount: expected an amount"), within.misfits().toString());
        assertTrue(within.misfits().contains("items[2]: expected an object"), within.misfits().toString());
        assertEquals("text", within.items().get(2).data().text());
        assertThrows(MisfitException.class, () -> within.items().get(2).amount());

        Invoice nothing = invoice("[]");
        assertThrows(MisfitException.class, nothing::id);
        assertThrows(MisfitException.class, nothing::total);
        assertEquals(List.of("expected an object"), nothing.misfits());
        Invoice empty = invoice("{}");
        assertNull(empty.total());
        assertThrows(MisfitException.class, empty::id);
        assertEquals("Invoice[]", nothing.toString());
    }

    @Test
    void secretsAreNotShown() throws Exception {
        Service service = data("{\"id\":7,\"username\":\"root\",\"password\":\"s3cret-1\",\"credentials\":[{\"password\":\"s3cret-2\"}],"
                + "\"newer_password\":\"s3cret-3\"}").as(Service::new);
        assertFalse(service.toString().contains("s3cret"), service.toString());
        assertTrue(service.toString().contains("id=7"), service.toString());
        assertEquals("s3cret-2", service.credentials().get(0).password());
        Credential credential = service.credentials().get(0);
        assertFalse(credential.toString().contains("s3cret"), credential.toString());
        assertFalse(String.valueOf(service.others().keySet()).contains("s3cret"));
    }

    @Test
    void modelsCompareAndSerialize() throws Exception {
        Invoice invoice = invoice(INVOICE);
        assertEquals(invoice, invoice(INVOICE));
        assertEquals(invoice.hashCode(), invoice(INVOICE).hashCode());
        assertNotEquals(invoice, invoice(INVOICE.replace("12.50", "12.51")));
        assertNotEquals(invoice, new Service(invoice.data()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(invoice);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertEquals(invoice, in.readObject());
        }
    }

    /** Every field of every answer to a read that fits its shape can be read, and says the same as the data. */
    @Test
    void everyAnswerOfASandboxFits() throws Exception {
        int seen = 0;
        List<String> problems = new ArrayList<>();
        for (String name : List.of("coloup", "time4vps", "generic")) {
            try (Sandbox sandbox = Sandbox.builder().portal(name).start(); Client client = sandbox.client()) {
                for (Data operation : Hostbill.catalog(name).get("operations")) {
                    String id = operation.get("id").text();
                    String type = operation.get("result").get("type").text();
                    Map<String, Object> params = new LinkedHashMap<>();
                    for (var known : sandbox.info().get("ids").map().entrySet()) {
                        if (operation.get("path").text().contains("{" + known.getKey() + "}")) {
                            params.put(known.getKey(), known.getValue().value());
                        }
                    }
                    if (!operation.get("effect").text().equals("read") || type == null) {
                        continue;
                    }
                    Answer answer;
                    try {
                        answer = client.answers().call(id, params);
                    } catch (HostbillException wantsMore) {
                        continue;
                    }
                    if (answer.meta().all().get("unshaped").isNull()) {
                        seen += check(id, type, answer.data(), problems);
                    }
                }
            }
        }
        assertEquals(List.of(), problems);
        assertTrue(seen > 100, "only " + seen);
    }

    private static int check(String id, String type, Data data, List<String> problems) throws Exception {
        String bare = type.replaceAll("[\\[\\]{}?]", "");
        if (!Character.isUpperCase(bare.charAt(0)) || data.isNull()) {
            return 0;
        }
        var constructor = Class.forName("io.hostbill.results." + bare).getConstructor(Data.class);
        java.util.function.Function<Data, Model> make = one -> {
            try {
                return (Model) constructor.newInstance(one);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        };
        List<Model> made = new ArrayList<>(type.startsWith("[") ? data.listOf(make)
                : type.startsWith("{") ? data.mapOf(make).values() : List.of(data.as(make)));
        for (Model model : made) {
            model.misfits().forEach(line -> problems.add(id + " " + bare + "." + line));
            if (!said(model).equals(texts(model.data().value()))) {
                problems.add(id + ": " + said(model) + " is not " + texts(model.data().value()));
            }
            assertFalse(model.toString().isEmpty());
            assertEquals(model, make.apply(model.data()));
        }
        return made.size();
    }

    /** What a model's methods give, written as its data are. */
    private static Object said(Object value) throws Exception {
        if (value instanceof Model model) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (String name : model.data().map().keySet()) {
                Object field = model.others().containsKey(name) ? model.others().get(name) : method(model, name).invoke(model);
                OffsetDateTime moment = field instanceof LocalDateTime ? model.withOffset(name) : null;
                if (moment != null && moment.toLocalDateTime().equals(field)) {
                    field = moment.equals(OffsetDateTime.parse(model.get(name).text())) ? model.get(name) : moment;
                }
                all.put(name, said(field));
            }
            return all;
        }
        if (value instanceof List<?> items) {
            List<Object> all = new ArrayList<>();
            for (Object item : items) {
                all.add(said(item));
            }
            return all;
        }
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (var member : members.entrySet()) {
                all.put((String) member.getKey(), said(member.getValue()));
            }
            return all;
        }
        return value instanceof LocalDateTime moment ? moment.format(java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss"))
                : value instanceof Data data ? texts(data.value())
                : value instanceof BigDecimal number ? number.toPlainString()
                : value == null ? null : value.toString();
    }

    private static java.lang.reflect.Method method(Model model, String field) throws NoSuchMethodException {
        StringBuilder name = new StringBuilder();
        for (String word : field.split("_")) {
            name.append(name.isEmpty() ? word.substring(0, 1).toLowerCase() : word.substring(0, 1).toUpperCase()).append(word.substring(1));
        }
        try {
            return model.getClass().getDeclaredMethod(name.toString());
        } catch (NoSuchMethodException taken) {
            return model.getClass().getDeclaredMethod(name + "_");
        }
    }

    /** The same with every number and flag as text. */
    private static Object texts(Object value) {
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> all = new LinkedHashMap<>();
            members.forEach((name, member) -> all.put((String) name, texts(member)));
            return all;
        }
        if (value instanceof List<?> items) {
            List<Object> all = new ArrayList<>();
            items.forEach(item -> all.add(texts(item)));
            return all;
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value == null ? null : value.toString();
    }

    @Test
    void compositionsHaveModels() throws Exception {
        try (Sandbox sandbox = Sandbox.builder().portal("time4vps").start(); Client client = sandbox.client()) {
            var zone = client.dns().zones().find(new io.hostbill.operations.DnsZones.FindParams().name("a.example.net"))
                    .as(io.hostbill.results.DnsZonesFindResult::new);
            assertEquals("example.net", zone.zone());
            assertEquals("zone", zone.kind());
            assertTrue(zone.serviceId() > 0);
            Waited waited = new Waited(data("{\"done\":true,\"polls\":1,\"waited_ms\":12}"));
            assertTrue(waited.done());
            assertEquals(List.of(), waited.misfits());
        }
    }
}
