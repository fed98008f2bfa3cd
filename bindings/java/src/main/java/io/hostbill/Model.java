package io.hostbill;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A thing that a portal answered, with a method for each field that is known: {@code client.invoices().list()
 * .listOf(Invoice::new)}. It is a view of the {@link Data} it was made from, and nothing of that is lost: fields that have
 * no method are in {@link #others()}.
 *
 * <p>Making one never fails. A field whose value does not fit throws {@link MisfitException} when asked for, and no other
 * field does; {@link #misfits()} names them all. A method gives null where there is none, unless it says otherwise; lists
 * and maps are then empty.
 *
 * <p>It never changes. Two are equal if their data are.
 */
public abstract class Model implements Serializable {
    private static final long serialVersionUID = 1;

    /** What the portal sent. */
    private final Data data;

    /**
     * A view of data.
     *
     * @param data a map, or whatever the portal sent in its place
     */
    protected Model(Data data) {
        this.data = Objects.requireNonNull(data);
    }

    /**
     * What the portal sent, in the form the library gives it.
     *
     * @return the data, secrets included
     */
    public final Data data() {
        return data;
    }

    /**
     * A field by the portal's name for it, whether it has a method or not.
     *
     * @param field its name
     * @return what the portal sent; nothing if it sent none
     */
    public final Data get(String field) {
        return data.get(field);
    }

    /**
     * The fields that have no method.
     *
     * @return values by name
     */
    public final Map<String, Data> others() {
        Map<String, Data> others = new LinkedHashMap<>(data.isMap() ? data.map() : Map.of());
        others.keySet().removeAll(listed().getters.keySet());
        return Collections.unmodifiableMap(others);
    }

    /**
     * The fields that do not fit, here and in what this holds, such as {@code items[3].amount: expected an amount}.
     *
     * @return a line for each, without the value
     */
    public final List<String> misfits() {
        List<String> lines = new ArrayList<>();
        collect("", this, lines);
        return Collections.unmodifiableList(lines);
    }

    /**
     * A moment together with its offset from UTC, where the portal sent one; most send none.
     *
     * @param field the name of a field that holds a moment
     * @return the moment, or null without an offset
     */
    public final OffsetDateTime withOffset(String field) {
        try {
            return OffsetDateTime.parse(String.valueOf(get(field).value()));
        } catch (DateTimeException none) {
            return null;
        }
    }

    /**
     * The fields, for looking at. Secrets are not shown, nor the values of fields that have no method.
     *
     * @return a text
     */
    @Override
    public final String toString() {
        StringJoiner out = new StringJoiner(", ", getClass().getSimpleName() + "[", "]");
        Fields fields = listed();
        fields.getters.forEach((name, getter) -> {
            if (!get(name).isNull()) {
                out.add(name + "=" + (fields.secrets.contains(name) ? "***" : shown(getter)));
            }
        });
        if (!others().isEmpty()) {
            out.add("others=" + others().keySet());
        }
        return out.toString();
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && ((Model) other).data.equals(data);
    }

    @Override
    public final int hashCode() {
        return data.hashCode();
    }

    /** What the fields of a model are. */
    protected static final class Fields {
        private final Map<String, Supplier<?>> getters = new LinkedHashMap<>();
        private final List<String> secrets = new ArrayList<>();

        Fields() {}

        /**
         * Adds a field.
         *
         * @param name its name
         * @param getter its method
         */
        public void add(String name, Supplier<?> getter) {
            getters.put(name, getter);
        }

        /**
         * Adds a field that is not to be shown.
         *
         * @param name its name
         * @param getter its method
         */
        public void secret(String name, Supplier<?> getter) {
            add(name, getter);
            secrets.add(name);
        }
    }

    /**
     * Lists the fields that have a method.
     *
     * @param fields takes them
     */
    protected abstract void fields(Fields fields);

    /**
     * Reads a field.
     *
     * @param <T> its type
     * @param name its name
     * @param expected what has to be there, in words
     * @param type makes it
     * @return null if there is none
     */
    protected final <T> T read(String name, String expected, Function<Data, T> type) {
        if (!data.isMap()) {
            throw new MisfitException(name + ": there is no object that could have it");
        }
        Data found = get(name);
        if (found.isNull()) {
            return null;
        }
        try {
            return type.apply(found);
        } catch (ArithmeticException | ClassCastException | DateTimeException | NumberFormatException misfit) {
            throw new MisfitException(name + ": expected " + expected);
        }
    }

    /**
     * Reads a field that every portal sends.
     *
     * @param <T> its type
     * @param name its name
     * @param expected what has to be there, in words
     * @param type makes it
     * @return never null
     */
    protected final <T> T need(String name, String expected, Function<Data, T> type) {
        T found = read(name, expected, type);
        if (found == null) {
            throw new MisfitException(name + ": expected " + expected + ", found nothing");
        }
        return found;
    }

    /**
     * Reads a list.
     *
     * @param <T> the type of its items
     * @param name its name
     * @param type makes an item
     * @return an empty list if there is none
     */
    protected final <T> List<T> list(String name, Function<Data, T> type) {
        List<T> found = read(name, "a list", data -> data.listOf(type));
        return found == null ? List.of() : found;
    }

    /**
     * Reads a map.
     *
     * @param <T> the type of its values
     * @param name its name
     * @param type makes a value
     * @return an empty map if there is none
     */
    protected final <T> Map<String, T> map(String name, Function<Data, T> type) {
        Map<String, T> found = read(name, "an object", data -> data.mapOf(type));
        return found == null ? Map.of() : found;
    }

    /**
     * Reads a thing within this one.
     *
     * @param <T> its type
     * @param name its name
     * @param type makes it
     * @return null if there is none
     */
    protected final <T> T inner(String name, Function<Data, T> type) {
        return read(name, "an object", data -> {
            data.map();
            return type.apply(data);
        });
    }

    /**
     * A number from a number or text.
     *
     * @param data what the portal sent
     * @return the number
     */
    protected static BigDecimal decimal(Data data) {
        return data.decimal();
    }

    /**
     * A day.
     *
     * @param data what the portal sent
     * @return the day
     */
    protected static LocalDate date(Data data) {
        return LocalDate.parse(data.text());
    }

    /**
     * A moment by the portal's clock.
     *
     * @param data what the portal sent
     * @return the moment as written, without its offset
     */
    protected static LocalDateTime dateTime(Data data) {
        String text = data.text();
        boolean offset = text.indexOf('+') > 0 || text.endsWith("Z") || text.lastIndexOf('-') > 10;
        return offset ? OffsetDateTime.parse(text).toLocalDateTime() : LocalDateTime.parse(text);
    }

    private Fields listed() {
        Fields fields = new Fields();
        fields(fields);
        return fields;
    }

    private static void collect(String place, Object value, List<String> lines) {
        if (value instanceof Model model && !model.data.isMap()) {
            lines.add(place + (place.isEmpty() ? "" : ": ") + "expected an object");
        } else if (value instanceof Model model) {
            String before = place + (place.isEmpty() ? "" : ".");
            model.listed().getters.forEach((name, getter) -> {
                try {
                    collect(before + name, getter.get(), lines);
                } catch (MisfitException misfit) {
                    lines.add(before + misfit.getMessage());
                }
            });
        } else if (value instanceof List<?> items) {
            int n = 0;
            for (Object item : items) {
                collect(place + "[" + n++ + "]", item, lines);
            }
        } else if (value instanceof Map<?, ?> members) {
            members.forEach((name, member) -> collect(place + "." + name, member, lines));
        }
    }

    private static Object shown(Supplier<?> getter) {
        try {
            Object value = getter.get();
            if (value instanceof Data data) {
                return data.isMap() ? "{..}" : data.isList() ? "[..]" : data;
            }
            return value instanceof List<?> items && !items.isEmpty() && items.get(0) instanceof Data ? "[..]" : value;
        } catch (MisfitException misfit) {
            return "?";
        }
    }
}
