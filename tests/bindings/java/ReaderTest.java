package io.hostbill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Objects that follow each other are read by comparison with the one before: that must give what each by itself gives. */
class ReaderTest {
    private static final String[] NAMES = {"a", "id", "date", "paid_until", "a_name_of_more_bytes_than_are_compared", "\\u0069d2", "q\\\"r"};
    private static final String[] VALUES = {"null", "true", "false", "0", "-17", "1234567890123456789012", "1.50", "[]", "{}", "[1,{\"id\":\"x\"}]",
            "{\"id\":\"7\"}", "\"\"", "\"Paid\"", "\"2020-01-05\"", "\"2020-01-12\"", "\"\\\\\"", "\"\\\"\"", "\"1234567\"", "\"12345678\"",
            "\"123456\\\"8\"", "\"12345678901234\\\\\"", "\"123456789012345\"", "\"1234567890123456\"", "\"2020\\/01\\/1\"", "\"\\u00e9\\n\""};

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** With a blank before each name, which no row resembles. */
    private static String row(Random random, String blank, List<String> names) {
        StringBuilder out = new StringBuilder("{");
        for (String name : names) {
            out.append(out.length() == 1 ? "" : ",").append(blank).append('"').append(name).append("\":");
            out.append(VALUES[random.nextInt(VALUES.length)]);
        }
        return out.append('}').toString();
    }

    private static List<String> names(Random random, List<String> before) {
        List<String> names = new ArrayList<>(before);
        switch (random.nextInt(8)) {
            case 0 -> names.clear();
            case 1 -> names.remove(names.isEmpty() ? "" : names.get(random.nextInt(names.size())));
            case 2, 3 -> names.add(random.nextInt(names.size() + 1), NAMES[random.nextInt(NAMES.length)]);
            default -> {}
        }
        return names;
    }

    @Test
    void rowsAreReadAsEachByItself() {
        for (int seed = 0; seed < 3000; seed++) {
            List<String> names = new ArrayList<>(List.of("id", "date"));
            StringBuilder alike = new StringBuilder();
            StringBuilder different = new StringBuilder();
            Random names1 = new Random(seed);
            for (int rows = 0; rows < 8; rows++) {
                names = names(names1, names);
                long values = names1.nextLong();
                alike.append(rows == 0 ? "[" : ",").append(row(new Random(values), "", names));
                different.append(rows == 0 ? "[" : ",").append(row(new Random(values), " ", names));
            }
            Object expected = Json.read(bytes(different + "]"));
            assertEquals(expected, Json.read(bytes(alike + "]")), alike.toString());
            // In an array that has more, as one that was used before.
            byte[] used = bytes("{\"data\":" + alike + "]}\"\"\"}}}]]]");
            int size = used.length - "\"\"\"}}}]]]".length();
            assertEquals(expected, new JsonReader(used, size).data());
        }
    }

    @Test
    void aTextThatEndsTooEarlyIsRefused() {
        byte[] whole = bytes("{\"ok\":true,\"data\":[{\"id\":\"1\",\"date\":\"2020-01-05\"},{\"id\":\"2\",\"date\":\"2020-01-05\"}]}");
        for (int size = 0; size < whole.length; size++) {
            int shorter = size;
            assertThrows(InternalException.class, () -> new JsonReader(whole, shorter).read(), "after " + size + " bytes");
        }
        assertEquals(Map.of("id", "2", "date", "2020-01-05"), ((List<?>) new JsonReader(whole).data()).get(1));
    }
}
