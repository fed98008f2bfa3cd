package io.hostbill;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON text in ASCII, as the library writes them. Its maps and lists cannot be changed. What has been read of those
 * that have not ended lies on a stack, so that each is made once, in its size.
 */
final class JsonReader {
    /** The names of members come again and again, so the latest are kept. Any thread may read and write: names never change. */
    private static final Name[] NAMES = new Name[1024];

    /** Of objects with no more members, the names are kept together, too. */
    private static final int MOST_NAMES = 64;

    /** A name, and which ones came with it the last time, which any thread may change. */
    private static final class Name {
        final String text;
        final byte[] bytes;
        Name follower;
        /** Those of the last object of which this was the last name. */
        Together together;

        /** Null for the bytes if it was written in another way, with escapes. */
        Name(String text, byte[] bytes) {
            this.text = text;
            this.bytes = bytes;
        }
    }

    /** All names of an object: as they are recognized, and as the map has them. */
    private static final class Together {
        final Name[] read;
        final Members.Names names;

        Together(Name[] read, Members.Names names) {
            this.read = read;
            this.names = names;
        }
    }

    /** Eight bytes of an array at a time. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;

    /** A whole number of so many characters fits a long in any case. */
    private static final int SAFE_DIGITS = 18;

    private final byte[] text;
    private int at;

    /** Values of maps and lists that have not ended, and the names of those in maps. */
    private Object[] values = new Object[32];
    private Name[] names = new Name[32];
    private int valuesUsed;
    private int namesUsed;

    /** For texts with escapes, one after the other. */
    private StringBuilder escaped;

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
        throw unreadable();
    }

    /** The data of an answer. What comes after them is not looked at. An error that comes instead is thrown. */
    Object data() {
        try {
            expect('{');
            do {
                expect('"');
                String name = name().text;
                expect(':');
                Object value = value();
                if (name.equals("data")) {
                    return value;
                }
                if (name.equals("error") && value != null) {
                    throw Errors.of(Data.of(value));
                }
            } while (take(','));
            expect('}');
            return null;
        } catch (IndexOutOfBoundsException | NumberFormatException error) {
            throw unreadable();
        }
    }

    private InternalException unreadable() {
        return new InternalException(ErrorDetails.of("internal", -18, "the library's text is no JSON at byte " + at));
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

    private Members map() {
        int firstValue = valuesUsed;
        int firstName = namesUsed;
        Name last = null;
        at++;
        if (!take('}')) {
            do {
                expect('"');
                Name name = last == null ? null : last.follower;
                if (name == null || !passed(name)) {
                    name = name();
                    if (last != null) {
                        last.follower = name;
                    }
                }
                last = name;
                if (namesUsed == names.length) {
                    names = Arrays.copyOf(names, 2 * namesUsed);
                }
                names[namesUsed++] = name;
                expect(':');
                if (at < text.length && text[at] == '"') { // As most are.
                    at++;
                    push(text());
                } else {
                    push(value());
                }
            } while (take(','));
            expect('}');
        }
        Object[] own = popped(firstValue);
        Members.Names known = together(firstName, last);
        namesUsed = firstName;
        return known.distinct ? new Members(known, own) : Members.repeated(known.texts, own);
    }

    /** The names from there on, of which that is the last. */
    private Members.Names together(int first, Name last) {
        int count = namesUsed - first;
        Together before = last == null ? null : last.together;
        if (before != null && before.read.length == count) {
            int same = 0;
            while (same < count && before.read[same] == names[first + same]) {
                same++;
            }
            if (same == count) {
                return before.names;
            }
        }
        String[] texts = new String[count];
        for (int n = 0; n < count; n++) {
            texts[n] = names[first + n].text;
        }
        Members.Names made = new Members.Names(texts);
        if (last != null && count <= MOST_NAMES) {
            last.together = new Together(Arrays.copyOfRange(names, first, namesUsed), made);
        }
        return made;
    }

    private Items list() {
        int first = valuesUsed;
        at++;
        if (!take(']')) {
            do {
                push(value());
            } while (take(','));
            expect(']');
        }
        return new Items(popped(first));
    }

    private void push(Object value) {
        if (valuesUsed == values.length) {
            values = Arrays.copyOf(values, 2 * valuesUsed);
        }
        values[valuesUsed++] = value;
    }

    /** What has been pushed from there on. */
    private Object[] popped(int first) {
        Object[] own = Arrays.copyOfRange(values, first, valuesUsed);
        valuesUsed = first;
        return own;
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
        for (; end <= bytes.length - Long.BYTES; end += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, end);
            long quote = eight ^ ONES * '"';
            long backslash = eight ^ ONES * '\\';
            // The high bit of the first such byte; bytes after it may be marked wrongly.
            long found = (quote - ONES & ~quote | backslash - ONES & ~backslash) & ONES << 7;
            if (found != 0) {
                end += Long.numberOfTrailingZeros(found) / Byte.SIZE;
                break;
            }
        }
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
        StringBuilder out = escaped == null ? new StringBuilder() : escaped;
        escaped = out;
        out.setLength(0);
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
