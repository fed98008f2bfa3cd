package io.hostbill;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON texts to native values and back. */
final class Json {
    /** The library takes no deeper ones; a structure that contains itself ends here. */
    private static final int DEPTH = 64;

    private Json() {}

    /** Maps, lists, texts, Long, BigInteger, BigDecimal, Boolean and null. */
    static Object read(byte[] text) {
        return new JsonReader(text).read();
    }

    /** ASCII; throws UsageException, which names the place, where there is no JSON for something. */
    static String write(Object value, String where) {
        StringBuilder out = new StringBuilder();
        write(out, value, where, 0);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value, String where, int depth) {
        if (depth > DEPTH) {
            throw problem(shortened(where), "is nested too deeply, or contains itself");
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence || value instanceof Character || value instanceof Enum || value instanceof State) {
            text(out, value.toString(), where);
        } else if (value instanceof Number number) {
            number(out, number, where);
        } else if (value instanceof Data data) {
            write(out, data.value(), where, depth);
        } else if (value instanceof Model model) {
            write(out, model.data(), where, depth);
        } else if (value instanceof Params<?> params) {
            write(out, params.values, where, depth);
        } else if (value instanceof Map<?, ?> map) {
            char before = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (entry.getKey() == null) {
                    throw problem(where, "has null for a key");
                }
                String key = entry.getKey().toString();
                out.append(before);
                text(out, key, where);
                out.append(':');
                write(out, entry.getValue(), where + "." + key, depth + 1);
                before = ',';
            }
            out.append(before == '{' ? "{}" : "}");
        } else if (value instanceof Iterable<?> items) {
            int n = 0;
            for (Object item : items) {
                out.append(n == 0 ? '[' : ',');
                write(out, item, where + "[" + n++ + "]", depth + 1);
            }
            out.append(n == 0 ? "[]" : "]");
        } else if (value.getClass().isArray()) {
            List<Object> items = new ArrayList<>();
            for (int n = 0; n < Array.getLength(value); n++) {
                items.add(Array.get(value, n));
            }
            write(out, items, where, depth);
        } else {
            throw problem(where, "is a " + value.getClass().getName() + ", which no parameter takes");
        }
    }

    private static void number(StringBuilder out, Number number, String where) {
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                throw problem(where, "is not finite");
            }
            out.append(new BigDecimal(number.toString()));
        } else if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte
                || number instanceof BigInteger || number instanceof BigDecimal) {
            out.append(number);
        } else {
            throw problem(where, "is a " + number.getClass().getName() + ", which no parameter takes");
        }
    }

    private static void text(StringBuilder out, String text, String where) {
        out.append('"');
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(n);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 127) {
                out.append(c);
            } else {
                boolean pair = Character.isHighSurrogate(c) && n + 1 < text.length() && Character.isLowSurrogate(text.charAt(n + 1));
                if (Character.isSurrogate(c) && !pair) {
                    throw problem(where, "holds half a character");
                }
                escape(out, c);
                if (pair) {
                    escape(out, text.charAt(++n));
                }
            }
        }
        out.append('"');
    }

    private static void escape(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 15, 16));
        }
    }

    private static String shortened(String where) {
        return where.length() > 60 ? where.substring(0, 60) + ".." : where;
    }

    private static UsageException problem(String where, String what) {
        String field = where.isEmpty() ? "the value" : where.startsWith(".") ? where.substring(1) : where;
        return new UsageException(ErrorDetails.field(field, what));
    }
}
