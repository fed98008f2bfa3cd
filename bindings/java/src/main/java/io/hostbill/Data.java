package io.hostbill;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A value that a portal answered: a map, a list, a text, a number, true, false or nothing.
 *
 * <p>{@link #get(String)} and {@link #get(int)} step into maps and lists; a step into what is not there gives a value
 * that {@linkplain #isNull() is nothing}, so that steps can be chained:
 * {@code client.invoices().list().get(0).get("total").decimal()}. {@link #value()} has the same as Java's own maps and
 * lists.
 *
 * <p>It never changes.
 */
public final class Data implements Iterable<Data>, Serializable {
    private static final long serialVersionUID = 1;
    private static final Data NOTHING = new Data(null);

    /** Maps, lists, texts, numbers, flags or null, all of which can be serialized. */
    @SuppressWarnings("serial")
    private final Object value;

    private Data(Object value) {
        this.value = value;
    }

    static Data of(Object value) {
        return value == null ? NOTHING : new Data(value);
    }

    /** The map behind a document, or an empty one. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> members(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    /**
     * The same as Java's own value.
     *
     * @return a {@link Map} with texts as keys, in the portal's order; a {@link List}; a {@link String}; a {@link Long},
     *     or {@link BigInteger} where that is too small; a {@link BigDecimal} for a number with a fraction or an exponent;
     *     a {@link Boolean}; or null. Maps and lists cannot be changed.
     */
    public Object value() {
        if (value instanceof Members || value instanceof Items) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((name, member) -> copy.put(name, of(member).value()));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(item -> copy.add(of(item).value()));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    /**
     * A member of a map.
     *
     * @param name its name
     * @return the member; nothing if there is none, or this is no map
     */
    public Data get(String name) {
        return value instanceof Map<?, ?> map ? of(map.get(name)) : NOTHING;
    }

    /**
     * An item of a list.
     *
     * @param index its place, from 0
     * @return the item; nothing if there is none, or this is no list
     */
    public Data get(int index) {
        return value instanceof List<?> list && index >= 0 && index < list.size() ? of(list.get(index)) : NOTHING;
    }

    /**
     * Whether there is nothing.
     *
     * @return true for null and for what is not there
     */
    public boolean isNull() {
        return value == null;
    }

    /**
     * Whether this is a map.
     *
     * @return true if {@link #map()} works
     */
    public boolean isMap() {
        return value instanceof Map;
    }

    /**
     * Whether this is a list.
     *
     * @return true if {@link #list()} works
     */
    public boolean isList() {
        return value instanceof List;
    }

    /**
     * How many members or items there are.
     *
     * @return 0 for what is neither map nor list
     */
    public int size() {
        return value instanceof Map<?, ?> map ? map.size() : value instanceof List<?> list ? list.size() : 0;
    }

    /**
     * The text.
     *
     * @return the text; a number or a flag as text; null for nothing
     * @throws ClassCastException if it is a map or a list
     */
    public String text() {
        if (isMap() || isList()) {
            throw new ClassCastException("a " + (isMap() ? "map" : "list") + " is no text");
        }
        return value instanceof BigDecimal number ? number.toPlainString() : Objects.toString(value, null);
    }

    /**
     * The whole number.
     *
     * @return the number, also where it came as text
     * @throws ArithmeticException if it does not fit, or has a fraction
     * @throws NumberFormatException if it is no number
     */
    public long integer() {
        return value instanceof Long number ? number : decimal().longValueExact();
    }

    /**
     * The number, exactly as the portal wrote it.
     *
     * @return the number, also where it came as text, as money does
     * @throws NumberFormatException if it is no number
     */
    public BigDecimal decimal() {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof Number || value instanceof String) {
            return new BigDecimal(value.toString());
        }
        throw new NumberFormatException(isNull() ? "there is nothing" : "it is no number");
    }

    /**
     * The flag.
     *
     * @return true or false
     * @throws ClassCastException if it is no flag
     */
    public boolean flag() {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new ClassCastException("it is no flag");
    }

    /**
     * The items of the list.
     *
     * @return a list that cannot be changed
     * @throws ClassCastException if it is no list
     */
    public List<Data> list() {
        if (!(value instanceof List<?> list)) {
            throw new ClassCastException("it is no list");
        }
        List<Data> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(of(item)));
        return Collections.unmodifiableList(items);
    }

    /**
     * The members of the map.
     *
     * @return a map that cannot be changed, in the portal's order
     * @throws ClassCastException if it is no map
     */
    public Map<String, Data> map() {
        if (!isMap()) {
            throw new ClassCastException("it is no map");
        }
        Map<String, Data> members = new LinkedHashMap<>();
        members(value).forEach((name, member) -> members.put(name, of(member)));
        return Collections.unmodifiableMap(members);
    }

    /**
     * This in a type of its own, such as {@code client.invoices().get(5).as(Invoice::new)}.
     *
     * @param <T> the type
     * @param type makes it, mostly the constructor of a {@link Model}
     * @return null for nothing
     */
    public <T> T as(Function<Data, T> type) {
        return isNull() ? null : type.apply(this);
    }

    /**
     * The items of the list in a type of their own, such as {@code client.invoices().list().listOf(Invoice::new)}.
     *
     * @param <T> the type
     * @param type makes an item, mostly the constructor of a {@link Model}
     * @return a list that cannot be changed
     * @throws ClassCastException if it is no list
     */
    public <T> List<T> listOf(Function<Data, T> type) {
        List<T> items = new ArrayList<>(size());
        list().forEach(item -> items.add(item.as(type)));
        return Collections.unmodifiableList(items);
    }

    /**
     * The members of the map in a type of their own.
     *
     * @param <T> the type
     * @param type makes a member, mostly the constructor of a {@link Model}
     * @return a map that cannot be changed, in the portal's order
     * @throws ClassCastException if it is no map
     */
    public <T> Map<String, T> mapOf(Function<Data, T> type) {
        Map<String, T> members = new LinkedHashMap<>();
        map().forEach((name, member) -> members.put(name, member.as(type)));
        return Collections.unmodifiableMap(members);
    }

    /**
     * The items of a list; none for anything else.
     *
     * @return an iterator that removes nothing
     */
    @Override
    public Iterator<Data> iterator() {
        return isList() ? list().iterator() : Collections.emptyIterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Data data && Objects.equals(value, data.value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    /**
     * All of it as JSON, for looking at.
     *
     * @return JSON in ASCII
     */
    @Override
    public String toString() {
        return Json.write(value, "");
    }

    // For documents that the library made.

    String textOr(String other) {
        return value instanceof String text ? text : other;
    }

    int intOr(int other) {
        return value instanceof Long number ? Math.toIntExact(number) : other;
    }

    long longOr(long other) {
        return value instanceof Long number ? number : other;
    }

    List<String> texts() {
        List<String> texts = new ArrayList<>();
        forEach(item -> {
            if (item.value instanceof String text) {
                texts.add(text);
            }
        });
        return Collections.unmodifiableList(texts);
    }
}
