package io.hostbill;

import java.io.Serializable;
import java.util.Objects;

/** A text of which some values are known, as constants of its class; portals may send others. */
public abstract class State implements Serializable {
    private static final long serialVersionUID = 1;

    /** As the portal writes it. */
    private final String text;

    /**
     * A state by its text.
     *
     * @param text as the portal writes it
     */
    protected State(String text) {
        this.text = Objects.requireNonNull(text);
    }

    /**
     * As the portal writes it.
     *
     * @return the text
     */
    @Override
    public final String toString() {
        return text;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && ((State) other).text.equals(text);
    }

    @Override
    public final int hashCode() {
        return text.hashCode();
    }
}
