package io.hostbill;

import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The members of a JSON object in their order, which never change. The things of a list have the same names, so that only the
 * values are each one's own.
 */
final class Members extends AbstractMap<String, Object> implements Serializable {
    private static final long serialVersionUID = 1;

    /** Written as a map that any version knows: see {@link #writeReplace()}. */
    private final transient Names names;
    private final transient Object[] values;

    /** Keeps the array, which has a value for each name. */
    Members(Names names, Object[] values) {
        this.names = names;
        this.values = values;
    }

    /** Which names there are, and where. */
    static final class Names {
        /** Of more names a map knows the places: whoever chooses them could give all the same hash. */
        private static final int FEW = 64;

        final String[] texts;
        /** Whether none is there twice. */
        final boolean distinct;

        /** Numbers of names from 1, where the hash points, or right behind; 0 for none. */
        private final byte[] places;
        private final Map<String, Integer> many;

        Names(String[] texts) {
            this.texts = texts;
            boolean repeated = false;
            if (texts.length > FEW) {
                places = null;
                many = new HashMap<>();
                for (int n = 0; n < texts.length; n++) {
                    repeated |= many.put(texts[n], n) != null;
                }
            } else {
                places = new byte[Integer.highestOneBit(texts.length + 1) * 4];
                many = null;
                for (int n = 0; n < texts.length; n++) {
                    int place = place(texts[n]);
                    repeated |= places[place] != 0;
                    places[place] = (byte) (n + 1);
                }
            }
            distinct = !repeated;
        }

        /** The number of a name; negative if there is no such name. */
        int find(Object name) {
            if (many != null) {
                return many.getOrDefault(name, -1);
            }
            return name instanceof String text ? places[place(text)] - 1 : -1;
        }

        /** Where it is, or would be. */
        private int place(String text) {
            int hash = text.hashCode();
            int place = (hash ^ hash >>> 16) & places.length - 1;
            while (places[place] != 0 && !texts[places[place] - 1].equals(text)) {
                place = place + 1 & places.length - 1;
            }
            return place;
        }
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Object get(Object name) {
        int n = names.find(name);
        return n < 0 ? null : values[n];
    }

    @Override
    public boolean containsKey(Object name) {
        return names.find(name) >= 0;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super Object> action) {
        for (int n = 0; n < values.length; n++) {
            action.accept(names.texts[n], values[n]);
        }
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return values.length;
            }

            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return new Each();
            }
        };
    }

    private final class Each implements Iterator<Map.Entry<String, Object>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < values.length;
        }

        @Override
        public Map.Entry<String, Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int n = next++;
            return new AbstractMap.SimpleImmutableEntry<>(names.texts[n], values[n]);
        }
    }

    @Serial
    private Object writeReplace() {
        return new LinkedHashMap<>(this);
    }

    /** The same from names of which some come again: the last value counts, where the name came first. */
    static Members repeated(String[] names, Object[] values) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int n = 0; n < values.length; n++) {
            map.put(names[n], values[n]);
        }
        return new Members(new Names(map.keySet().toArray(String[]::new)), map.values().toArray());
    }

    /** As the hashes of other maps are. */
    @Override
    public int hashCode() {
        int hash = 0;
        for (int n = 0; n < values.length; n++) {
            hash += names.texts[n].hashCode() ^ (values[n] == null ? 0 : values[n].hashCode());
        }
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Members members && names == members.names
                ? Arrays.equals(values, members.values)
                : super.equals(other);
    }
}
