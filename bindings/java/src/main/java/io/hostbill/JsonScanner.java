package io.hostbill;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One JSON text in ASCII, as the library writes them, and how far it has been read: what in it has nothing inside. */
abstract class JsonScanner {
    /** Eight bytes of an array at a time, the first of them the lowest. */
    static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;

    /** A whole number of so many characters fits a long in any case. */
    private static final int SAFE_DIGITS = 18;

    /** What the letters after a backslash mean, where that is one letter. */
    private static final byte[] MEANT = new byte[128];

    static {
        "\"\\/".chars().forEach(same -> MEANT[same] = (byte) same);
        MEANT['b'] = '\b';
        MEANT['f'] = '\f';
        MEANT['n'] = '\n';
        MEANT['r'] = '\r';
        MEANT['t'] = '\t';
    }

    final byte[] text;
    /** Where it ends; the array may be longer. */
    final int end;
    int at;

    /** For texts with escapes, one after the other. */
    private byte[] plain = new byte[0];

    JsonScanner(byte[] text, int end) {
        this.text = text;
        this.end = end;
    }

    /** The next byte that is not blank; 0 at the end. */
    final byte peek() {
        int n = at;
        while (n < end && text[n] <= ' ') {
            n++;
        }
        at = n;
        return n < end ? text[n] : 0;
    }

    final boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    final void expect(char wanted) {
        if (!take(wanted)) {
            throw new IndexOutOfBoundsException();
        }
    }

    final Object word(String word, Object meaning) {
        for (int n = 0; n < word.length(); n++) {
            if (text[at++] != word.charAt(n)) {
                throw new IndexOutOfBoundsException();
            }
        }
        return meaning;
    }

    final Object number() {
        int begin = at;
        boolean negative = text[begin] == '-';
        int first = negative ? begin + 1 : begin;
        int n = first;
        long number = 0;
        for (; n < end && text[n] >= '0' && text[n] <= '9'; n++) {
            number = number * 10 + text[n] - '0';
        }
        if (n > first && n - begin <= SAFE_DIGITS && (n == end || !isOfNumber(text[n]))) {
            at = n;
            return negative ? -number : number;
        }
        return unusualNumber(n);
    }

    /** One with a fraction or an exponent, a very large one, or none. */
    private Object unusualNumber(int reached) {
        int begin = at;
        int n = reached;
        boolean whole = true;
        for (; n < end && (isOfNumber(text[n]) || text[n] >= '0' && text[n] <= '9'); n++) {
            whole &= text[n] == '-' || text[n] >= '0' && text[n] <= '9';
        }
        at = n;
        String written = latin(begin, n);
        if (!whole) {
            return new BigDecimal(written);
        }
        BigInteger large = new BigInteger(written);
        return large.bitLength() < Long.SIZE ? (Object) large.longValue() : large;
    }

    /** What a number has beside digits. */
    private static boolean isOfNumber(byte c) {
        return c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
    }

    /** What stands between quotes, of which the first has been read. */
    final String text() {
        byte[] bytes = text;
        int begin = at;
        int n = begin;
        for (; n <= bytes.length - Long.BYTES; n += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, n);
            long found = marks(eight, '"') | marks(eight, '\\');
            if (found != 0) {
                n += Long.numberOfTrailingZeros(found) / Byte.SIZE;
                break;
            }
        }
        while (bytes[n] != '"') {
            if (bytes[n++] == '\\') {
                return escaped(begin);
            }
        }
        at = n + 1;
        return latin(begin, n);
    }

    /** The high bit of the first byte that is that one; bytes after it may be marked wrongly. */
    static long marks(long eight, char wanted) {
        long same = eight ^ ONES * wanted;
        return same - ONES & ~same & ONES << 7;
    }

    /** A part of the text. The constructor is the only one that the compiler puts in place whole; it is meant for ASCII. */
    @SuppressWarnings("deprecation")
    final String latin(int from, int to) {
        return new String(text, 0, from, to - from);
    }

    /** The text that begins there, which has escapes. */
    @SuppressWarnings("deprecation")
    final String escaped(int begin) {
        byte[] out = plain;
        int size = 0;
        int n = begin;
        for (byte c; (c = text[n++]) != '"';) {
            if (c == '\\') {
                c = text[n] < 0 ? 0 : MEANT[text[n]];
                n++;
                if (c == 0) {
                    return unusuallyEscaped(begin);
                }
            }
            if (size == out.length) {
                plain = out = Arrays.copyOf(out, Math.max(64, 2 * size));
            }
            out[size++] = c;
        }
        at = n;
        return new String(out, 0, 0, size);
    }

    private String unusuallyEscaped(int begin) {
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
        return letter < MEANT.length && MEANT[letter] != 0 ? (char) MEANT[letter] : letter;
    }
}
