package io.hostbill;

import java.util.List;

/**
 * Why something failed. There is a class of exception for each class of error; this one is their base, and stands for
 * classes that only a newer library knows.
 *
 * <p>The message is one line. Nothing in an exception is ever secret.
 */
public class HostbillException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The library's error object. */
    private final Data details;

    /**
     * From an error object.
     *
     * @param details the library's error object
     */
    protected HostbillException(Data details) {
        super(details.get("message").textOr("the library gave no reason"));
        this.details = details;
    }

    /**
     * The class by name, such as {@code not_found}.
     *
     * @return the name
     */
    public String errorClass() {
        return details.get("class").textOr("internal");
    }

    /**
     * The class as the C library's number, such as -6.
     *
     * @return a negative number
     */
    public int status() {
        return details.get("status").intOr(0);
    }

    /**
     * The operation that failed.
     *
     * @return its id, or null if it is not known
     */
    public String operation() {
        return details.get("operation").textOr(null);
    }

    /**
     * The status of the last response.
     *
     * @return 0 if there was none
     */
    public int httpStatus() {
        return details.get("http_status").intOr(0);
    }

    /**
     * The portal's own words.
     *
     * @return texts, perhaps none
     */
    public List<String> portalErrors() {
        return details.get("portal_errors").texts();
    }

    /**
     * How many requests were sent.
     *
     * @return a number, perhaps 0
     */
    public int attempts() {
        return details.get("attempts").intOr(0);
    }

    /**
     * Whether the same call may succeed later, and may be made again.
     *
     * @return true if so
     */
    public boolean retryable() {
        Data retryable = details.get("retryable");
        return !retryable.isNull() && retryable.flag();
    }

    /**
     * Every mistake in what was given.
     *
     * @return mistakes, perhaps none
     */
    public List<FieldProblem> fields() {
        return FieldProblem.list(details.get("fields"));
    }

    /**
     * The portals that have the operation, where this one does not.
     *
     * @return names, perhaps none
     */
    public List<String> portals() {
        return details.get("portals").texts();
    }

    /**
     * After an unknown outcome: the parameters with which the operation {@code reconcile} settles it.
     *
     * @return the parameters, or nothing
     */
    public Data reconcile() {
        return details.get("reconcile");
    }

    /**
     * In how many seconds the portal wants to be asked again.
     *
     * @return seconds, or null if the portal did not say
     */
    public Long retryAfterSeconds() {
        Data seconds = details.get("retry_after_s");
        return seconds.isNull() ? null : seconds.integer();
    }

    /**
     * Each request, if there was more than one.
     *
     * @return requests, perhaps none
     */
    public List<Attempt> history() {
        return Attempt.list(details.get("history"));
    }

    /**
     * The text that was given as the option {@code tag}.
     *
     * @return the text, or null
     */
    public String tag() {
        return details.get("tag").textOr(null);
    }

    /**
     * All members, those of newer libraries included.
     *
     * @return a map
     */
    public Data details() {
        return details;
    }
}
