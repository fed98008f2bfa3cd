package io.hostbill;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON text in ASCII, as the library writes them. Its maps and lists cannot be changed. What has been read of those
 * that have not ended lies on a stack, so that each is made once, in its size.
 */
final class JsonReader extends JsonScanner {
    /** The names of members come again and again, so the latest are kept. Any thread may read and write: names never change. */
    private static final Name[] NAMES = new Name[1024];

    /** Of objects with no more members, the names are kept together, too. */
    private static final int MOST_NAMES = 64;

    /** What no text of up to seven bytes is as a number. */
    private static final long NONE = -1;

    /** A name, and which ones came with it the last time, which any thread may change. */
    static final class Name {
        final String text;
        final byte[] bytes;
        Name follower;
        /** All names of the last object of which this was the last one. */
        JsonNames together;
        /** All names of the last object of which this was the first one. */
        JsonNames leads;

        /** Null for the bytes if it was written in another way, with escapes. */
        Name(String text, byte[] bytes) {
            this.text = text;
            this.bytes = bytes;
        }
    }

    /** Values of maps and lists that have not ended, and the names of those in maps. */
    private Object[] values = new Object[32];
    private Name[] names = new Name[32];
    private int valuesUsed;
    private int namesUsed;

    JsonReader(byte[] text) {
        this(text, text.length);
    }

    /** A text that takes only so many bytes of the array. */
    JsonReader(byte[] text, int size) {
        super(text, size);
    }

    /** Maps, lists, texts, Long, BigInteger, BigDecimal, Boolean and null. */
    Object read() {
        try {
            Object value = value();
            if (peek() == 0 && at == end) {
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
                if (name.equals("data") && at < end) {
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

    private Object value() {
        switch (peek()) {
            case '{':
                return map(new Rows());
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

    /** An object. Of one that has the names of another, and nothing else in between, no name is looked for. */
    private Members map(Rows rows) {
        int begin = at;
        JsonNames known = rows.known == null ? expected() : rows.known;
        at = begin;
        if (known != null) {
            Object[] own = new Object[known.read.length];
            int same = row(known, own, rows);
            if (same == own.length && at < end && text[at] == '}') {
                at++;
                return new Members(known.names, own);
            }
            if (same > 0) {
                return differing(known, own, same);
            }
        }
        int firstValue = valuesUsed;
        int firstName = namesUsed;
        at++;
        return peek() == '}' ? made(firstName, firstValue) : members(null, firstName, firstValue);
    }

    /** The names that came last after the first one of the object that begins here, if any are known. */
    private JsonNames expected() {
        if (at + 1 >= end || text[at + 1] != '"') {
            return null;
        }
        at += 2;
        return name().leads;
    }

    /** The map of the members that come next, and before them those that lie on the stack, of which that is the last. */
    private Members members(Name before, int firstName, int firstValue) {
        Name last = before;
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
            push(name);
            expect(':');
            push(value());
        } while (take(','));
        return made(firstName, firstValue);
    }

    /** The map of the members that lie on the stack, which ends here. */
    private Members made(int firstName, int firstValue) {
        expect('}');
        Object[] own = popped(firstValue);
        Members.Names known = together(firstName);
        namesUsed = firstName;
        return known.distinct ? new Members(known, own) : Members.repeated(known.texts, own);
    }

    /** The names from there on. */
    private Members.Names together(int first) {
        int count = namesUsed - first;
        if (count == 0 || count > MOST_NAMES) {
            return new Members.Names(texts(first));
        }
        Name last = names[namesUsed - 1];
        JsonNames known = last.together;
        if (known == null || !Arrays.equals(known.read, 0, known.read.length, names, first, namesUsed)) {
            known = new JsonNames(Arrays.copyOfRange(names, first, namesUsed), new Members.Names(texts(first)));
            last.together = known;
        }
        names[first].leads = known.names.distinct ? known : null;
        return known.names;
    }

    private String[] texts(int first) {
        return Arrays.stream(names, first, namesUsed).map(name -> name.text).toArray(String[]::new);
    }

    private Items list() {
        int first = valuesUsed;
        at++;
        if (!take(']')) {
            Rows rows = new Rows();
            do {
                push(peek() == '{' ? map(rows) : value());
            } while (take(','));
            expect(']');
        }
        return new Items(popped(first));
    }

    /** Objects one after the other. */
    private static final class Rows {
        JsonNames known;
        Object[] latest;
        /** The short texts of the latest, as numbers. */
        long[] shorts;

        void begin(JsonNames names) {
            known = names;
            shorts = new long[names.read.length];
            Arrays.fill(shorts, NONE);
        }
    }

    /**
     * Values of an object as long as its names are those, with nothing else in between; how many. Texts of up to seven bytes
     * that the row before has there too, as words for states and currencies, are one text for both; so are those of up to
     * fifteen that follow each other, as days do.
     */
    private int row(JsonNames known, Object[] own, Rows rows) {
        if (rows.known != known) {
            rows.begin(known);
        }
        byte[] bytes = text;
        long[] shorts = rows.shorts;
        Object[] before = rows.latest;
        rows.latest = own;
        int place = at;
        String longer = null;
        long longerBegin = 0;
        long longerRest = 0;
        for (int n = 0; n < own.length; n++) {
            int begin = known.passed(n, bytes, place);
            if (begin < 0) {
                rows.known = null;
                at = place;
                return n;
            }
            if (bytes[begin] != '"' || begin >= bytes.length - 2 * Long.BYTES) {
                shorts[n] = NONE;
                at = begin;
                own[n] = value();
                place = at;
                continue;
            }
            begin++;
            long first = (long) EIGHT.get(bytes, begin);
            long quote = marks(first, '"');
            if (quote != 0) {
                int bits = Long.numberOfTrailingZeros(quote) & -Byte.SIZE;
                long number = first & (1L << bits) - 1;
                if (marks(number, '\\') == 0) {
                    place = begin + bits / Byte.SIZE + 1;
                    own[n] = number == shorts[n] ? before[n] : latin(begin, place - 1);
                    shorts[n] = number;
                    continue;
                }
            }
            shorts[n] = NONE;
            long second = (long) EIGHT.get(bytes, begin + Long.BYTES);
            long closing = quote == 0 ? marks(second, '"') : 0;
            int bits = Long.numberOfTrailingZeros(closing) & -Byte.SIZE;
            long rest = second & (1L << bits) - 1;
            if (closing == 0 || (marks(first, '\\') | marks(rest, '\\')) != 0) {
                at = begin;
                own[n] = text();
                place = at;
                continue;
            }
            place = begin + Long.BYTES + bits / Byte.SIZE + 1;
            if (longer == null || first != longerBegin || rest != longerRest) {
                longer = latin(begin, place - 1);
                longerBegin = first;
                longerRest = rest;
            }
            own[n] = longer;
        }
        at = place;
        return own.length;
    }

    /** The object of which so many members resemble those of the one before. */
    private Members differing(JsonNames known, Object[] own, int same) {
        int firstValue = valuesUsed;
        int firstName = namesUsed;
        for (int n = 0; n < same; n++) {
            push(known.read[n]);
            push(own[n]);
        }
        return take(',') ? members(known.read[same - 1], firstName, firstValue) : made(firstName, firstValue);
    }

    private void push(Object value) {
        if (valuesUsed == values.length) {
            values = Arrays.copyOf(values, 2 * valuesUsed);
        }
        values[valuesUsed++] = value;
    }

    private void push(Name name) {
        if (namesUsed == names.length) {
            names = Arrays.copyOf(names, 2 * namesUsed);
        }
        names[namesUsed++] = name;
    }

    /** What has been pushed from there on. */
    private Object[] popped(int first) {
        Object[] own = Arrays.copyOfRange(values, first, valuesUsed);
        valuesUsed = first;
        return own;
    }

    /** A member's name, after its first quote. */
    private Name name() {
        byte[] bytes = text;
        int begin = at;
        int n = begin;
        int hash = 0;
        for (; bytes[n] != '"'; n++) {
            if (bytes[n] == '\\') {
                return new Name(escaped(begin), null);
            }
            hash = hash * 31 + bytes[n];
        }
        int place = (hash ^ hash >>> 15) & NAMES.length - 1;
        Name known = NAMES[place];
        if (known == null || !passed(known)) {
            byte[] own = Arrays.copyOfRange(bytes, begin, n);
            known = new Name(new String(own, StandardCharsets.ISO_8859_1), own);
            NAMES[place] = known;
        }
        at = n + 1;
        return known;
    }

    /** Whether that name comes next, and its quote, which have been read then. */
    private boolean passed(Name name) {
        if (name.bytes == null) {
            return false;
        }
        int after = at + name.bytes.length;
        if (after >= text.length || text[after] != '"' || !Arrays.equals(text, at, after, name.bytes, 0, name.bytes.length)) {
            return false;
        }
        at = after + 1;
        return true;
    }
}
