package io.hostbill;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON text in ASCII, as the library writes them. */
final class JsonReader {
    /** The names of members come again and again, so the latest are kept. Any thread may read and write: names never change. */
    private static final Name[] NAMES = new Name[1024];

    /** A name, and which one came after it the last time, which any thread may change. */
    private static final class Name {
        final String text;
        final byte[] bytes;
        Name follower;

        /** Null for the bytes if it was written in another way, with escapes. */
        Name(String text, byte[] bytes) {
            this.text = text;
            this.bytes = bytes;
        }
    }

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
        int n = at;
        while (n < text.length && text[n] <= ' ') {
            n++;
        }
        at = n;
        return n < text.length ? text[n] : 0;
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
                return text();
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
            Name before = null;
            do {
                expect('"');
                Name name = before == null ? null : before.follower;
                if (name == null || !passed(name)) {
                    name = name();
                    if (before != null) {
                        before.follower = name;
                    }
                }
                before = name;
                expect(':');
                map.put(name.text, value());
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
        int n = begin;
        boolean whole = true;
        long number = 0;
        for (; n < text.length; n++) {
            byte c = text[n];
            if (c >= '0' && c <= '9') {
                number = number * 10 + c - '0';
            } else if (c == '.' || c == 'e' || c == 'E' || c == '+') {
                whole = false;
            } else if (c != '-') {
                break;
            }
        }
        at = n;
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

    /**
     * What stands between quotes, of which the first has been read. The place is in a variable, because fields are written
     * each time.
     */
    private String text() {
        byte[] bytes = text;
        int begin = at;
        int end = begin;
        while (bytes[end] != '"') {
            if (bytes[end++] == '\\') {
                return escaped(begin);
            }
        }
        at = end + 1;
        return new String(bytes, begin, end - begin, StandardCharsets.ISO_8859_1);
    }

    /** The same, of a member's name. */
    private Name name() {
        byte[] bytes = text;
        int begin = at;
        int end = begin;
        int hash = 0;
        for (; bytes[end] != '"'; end++) {
            if (bytes[end] == '\\') {
                return new Name(escaped(begin), null);
            }
            hash = hash * 31 + bytes[end];
        }
        int place = (hash ^ hash >>> 15) & NAMES.length - 1;
        Name known = NAMES[place];
        if (known == null || !passed(known)) {
            byte[] own = Arrays.copyOfRange(bytes, begin, end);
            known = new Name(new String(own, StandardCharsets.ISO_8859_1), own);
            NAMES[place] = known;
        }
        at = end + 1;
        return known;
    }

    /** Whether that name comes next, and its quote, which have been read then. */
    private boolean passed(Name name) {
        if (name.bytes == null) {
            return false;
        }
        int end = at + name.bytes.length;
        if (end >= text.length || text[end] != '"' || !Arrays.equals(text, at, end, name.bytes, 0, name.bytes.length)) {
            return false;
        }
        at = end + 1;
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
