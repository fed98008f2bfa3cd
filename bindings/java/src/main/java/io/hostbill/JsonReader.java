package io.hostbill;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON text in ASCII, as the library writes them. */
final class JsonReader {
    /** The names of members come again and again, so the latest are kept. Any thread may read and write: texts never change. */
    private static final String[] NAMES = new String[1024];

    /** A whole number of so many characters fits a long in any case. */
    private static final int SAFE_DIGITS = 18;

    private final byte[] text;
    private int at;

    JsonReader(byte[] text) {
        this.text = text;
    }

    /** Maps, lists, texts, Long, BigInteger, BigDecimal, Boolean and null. */
    Object read() {
        try {
            Object value = value();
            if (peek() == 0) {
                return value;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException error) {
            // It ends too early, or what stands for a number is none.
        }
        throw new InternalException(ErrorDetails.of("internal", -18, "the library's text is no JSON at byte " + at));
    }

    private byte peek() {
        while (at < text.length && text[at] <= ' ') {
            at++;
        }
        return at < text.length ? text[at] : 0;
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) {
        if (!take(wanted)) {
            throw new IndexOutOfBoundsException();
        }
    }

    private Object value() {
        switch (peek()) {
            case '{':
                return map();
            case '[':
                return list();
            case '"':
                at++;
                return text(false);
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        if (!take('}')) {
            do {
                expect('"');
                String name = text(true);
                expect(':');
                map.put(name, value());
            } while (take(','));
            expect('}');
        }
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        at++;
        if (!take(']')) {
            do {
                list.add(value());
            } while (take(','));
            expect(']');
        }
        return list;
    }

    private Object word(String word, Object meaning) {
        for (int n = 0; n < word.length(); n++) {
            if (text[at++] != word.charAt(n)) {
                throw new IndexOutOfBoundsException();
            }
        }
        return meaning;
    }

    private Object number() {
        int begin = at;
        boolean whole = true;
        long number = 0;
        for (; at < text.length; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                number = number * 10 + c - '0';
            } else if (c == '.' || c == 'e' || c == 'E' || c == '+') {
                whole = false;
            } else if (c != '-') {
                break;
            }
        }
        boolean negative = text[begin] == '-';
        if (whole && at - begin > (negative ? 1 : 0) && at - begin <= SAFE_DIGITS) {
            return negative ? -number : number;
        }
        String written = new String(text, begin, at - begin, StandardCharsets.ISO_8859_1);
        if (!whole) {
            return new BigDecimal(written);
        }
        BigInteger large = new BigInteger(written);
        return large.bitLength() < Long.SIZE ? (Object) large.longValue() : large;
    }

    /** What stands between quotes, of which the first has been read. */
    private String text(boolean isName) {
        int begin = at;
        int hash = 0;
        while (text[at] != '"') {
            if (text[at] == '\\') {
                return escaped(begin);
            }
            hash = hash * 31 + text[at++];
        }
        int size = at++ - begin;
        if (!isName) {
            return new String(text, begin, size, StandardCharsets.ISO_8859_1);
        }
        int place = (hash ^ hash >>> 15) & NAMES.length - 1;
        String known = NAMES[place];
        if (known == null || !isAt(begin, size, known)) {
            known = new String(text, begin, size, StandardCharsets.ISO_8859_1);
            NAMES[place] = known;
        }
        return known;
    }

    private boolean isAt(int begin, int size, String name) {
        if (name.length() != size) {
            return false;
        }
        for (int n = 0; n < size; n++) {
            if (name.charAt(n) != text[begin + n]) {
                return false;
            }
        }
        return true;
    }

    private String escaped(int begin) {
        StringBuilder out = new StringBuilder();
        at = begin;
        for (byte c = text[at++]; c != '"'; c = text[at++]) {
            out.append(c == '\\' ? unescaped((char) text[at++]) : (char) c);
        }
        return out.toString();
    }

    private char unescaped(char letter) {
        if (letter == 'u') {
            at += 4;
            return (char) Integer.parseInt(new String(text, at - 4, 4, StandardCharsets.ISO_8859_1), 16);
        }
        int known = "bfnrt".indexOf(letter);
        return known < 0 ? letter : "\b\f\n\r\t".charAt(known);
    }
}
