package io.hostbill;

/** The native library could not be loaded, or does not fit; the message says what was tried, and why it would not do. */
public final class LibraryException extends HostbillException {
    private static final long serialVersionUID = 1;

    LibraryException(String message) {
        super(ErrorDetails.usage(message));
    }
}
