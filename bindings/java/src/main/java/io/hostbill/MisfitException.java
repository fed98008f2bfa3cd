package io.hostbill;

/**
 * A field holds what does not fit its type, or a field that every portal sends is missing. Only asking for that field
 * throws this; {@link Model#get(String)} has what the portal sent. The message never holds the value.
 */
public final class MisfitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MisfitException(String message) {
        super(message);
    }
}
