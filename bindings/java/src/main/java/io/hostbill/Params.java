package io.hostbill;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named values: the parameters of an operation, the options of a call, the settings of a client.
 *
 * @param <T> the class itself
 */
public abstract class Params<T extends Params<T>> {
    final Map<String, Object> values = new LinkedHashMap<>();

    /** Nothing set. */
    protected Params() {}

    /**
     * Sets a value by the name that the catalogue has for it.
     *
     * @param name the name
     * @param value a text, number, flag, map or list; null takes it back
     * @return this
     */
    @SuppressWarnings("unchecked")
    public T set(String name, Object value) {
        if (value == null) {
            values.remove(name);
        } else {
            values.put(name, value);
        }
        return (T) this;
    }

    /**
     * The names that are set; values may be secret and are not shown.
     *
     * @return a text
     */
    @Override
    public String toString() {
        return getClass().getSimpleName() + values.keySet();
    }

    /**
     * What is set.
     *
     * @return a copy
     */
    public Map<String, Object> toMap() {
        return new LinkedHashMap<>(values);
    }
}
