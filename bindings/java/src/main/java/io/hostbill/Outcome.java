package io.hostbill;

/**
 * What came of one call of a {@link Batch}.
 *
 * @param index the call's number, from 0
 * @param call the call
 * @param answer the answer; null if the call failed
 * @param error why it failed; null if it did not
 */
public record Outcome(int index, BatchCall call, Answer answer, HostbillException error) {
    /**
     * The data, for which a call that failed has no place.
     *
     * @return the answer's data
     * @throws HostbillException if the call failed
     */
    public Data data() {
        if (error != null) {
            throw error;
        }
        return answer.data();
    }
}
