package io.hostbill;

import java.util.Map;

/**
 * One call of a {@link Batch}.
 *
 * @param operation an operation's id, or its method and path
 * @param params the parameters by the catalogue's names; null for none
 * @param options what holds for this call alone; null for nothing
 */
public record BatchCall(String operation, Map<String, ?> params, CallOptions options) {
    /**
     * A call without options.
     *
     * @param operation an operation's id, or its method and path
     * @param params the parameters by the catalogue's names; null for none
     */
    public BatchCall(String operation, Map<String, ?> params) {
        this(operation, params, null);
    }
}
