package io.hostbill;

/** All names of an object: as they were recognized, as the map has them, and as they are written with what stands around. */
final class JsonNames {
    /** What is compared at once. */
    private static final int AT_ONCE = 2 * Long.BYTES;

    final JsonReader.Name[] read;
    final Members.Names names;

    /** What stands before each value, {@code ,"name":}: its first eight bytes, which of them count, and the same of the next. */
    private final long[] begins;

    private final int[] sizes;

    JsonNames(JsonReader.Name[] read, Members.Names names) {
        this.read = read;
        this.names = names;
        begins = new long[4 * read.length];
        sizes = new int[read.length];
        for (int n = 0; n < read.length; n++) {
            byte[] name = read[n].bytes;
            byte[] written = new byte[AT_ONCE];
            byte[] counts = new byte[AT_ONCE];
            sizes[n] = name == null ? 0 : name.length + 4;
            for (int place = 0; place < AT_ONCE; place++) {
                // No text has that byte, so that a name which is written in another way is never found.
                written[place] = name == null ? (byte) -1 : place < sizes[n] ? written(n, place) : 0;
                counts[place] = (byte) (name == null || place < sizes[n] ? -1 : 0);
            }
            for (int part = 0; part < 2; part++) {
                begins[4 * n + 2 * part] = (long) JsonScanner.EIGHT.get(written, part * Long.BYTES);
                begins[4 * n + 2 * part + 1] = (long) JsonScanner.EIGHT.get(counts, part * Long.BYTES);
            }
        }
    }

    private byte written(int n, int place) {
        byte[] name = read[n].bytes;
        if (place == 0) {
            return (byte) (n == 0 ? '{' : ',');
        }
        return (byte) (place == 1 || place == name.length + 2 ? '"' : place == name.length + 3 ? ':' : name[place - 2]);
    }

    /** Where the value begins, if that name comes next, with nothing else in between; else -1. */
    int passed(int n, byte[] text, int at) {
        if (at > text.length - AT_ONCE) {
            return -1;
        }
        long first = ((long) JsonScanner.EIGHT.get(text, at) ^ begins[4 * n]) & begins[4 * n + 1];
        long second = ((long) JsonScanner.EIGHT.get(text, at + Long.BYTES) ^ begins[4 * n + 2]) & begins[4 * n + 3];
        if ((first | second) != 0) {
            return -1;
        }
        int size = sizes[n];
        return size <= AT_ONCE || endsAlike(n, text, at) ? at + size : -1;
    }

    private boolean endsAlike(int n, byte[] text, int at) {
        if (at + sizes[n] > text.length) {
            return false;
        }
        for (int place = AT_ONCE; place < sizes[n]; place++) {
            if (text[at + place] != written(n, place)) {
                return false;
            }
        }
        return true;
    }
}
