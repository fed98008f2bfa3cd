package io.hostbill;

import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.RandomAccess;

/** The items of a JSON list, which never change. */
final class Items extends AbstractList<Object> implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1;

    /** Written as a list that any version knows: see {@link #writeReplace()}. */
    private final transient Object[] items;

    /** Keeps the array. */
    Items(Object[] items) {
        this.items = items;
    }

    @Override
    public int size() {
        return items.length;
    }

    @Override
    public Object get(int index) {
        return items[index];
    }

    @Override
    public Object[] toArray() {
        return items.clone();
    }

    @Serial
    private Object writeReplace() {
        return new ArrayList<>(this);
    }
}
