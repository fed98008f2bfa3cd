package io.hostbill;

import java.util.List;

/**
 * What a portal answered, and facts about the call.
 *
 * @param data the data
 * @param info the portal's remarks
 * @param meta facts about the call
 */
public record Answer(Data data, List<String> info, Meta meta) {
    /**
     * Facts about a call.
     *
     * @param operation the operation's id
     * @param httpStatus the status of the last response
     * @param attempts how many requests were sent
     * @param elapsedMs how long it took, in milliseconds
     * @param tag the text that was given as the option {@code tag}, or null
     * @param history each request, if there was more than one
     * @param all all members, those of newer libraries included
     */
    public record Meta(
            String operation, int httpStatus, int attempts, long elapsedMs, String tag, List<Attempt> history, Data all) {}

    static Answer of(Data document) {
        Data meta = document.get("meta");
        return new Answer(
                document.get("data"),
                document.get("info").texts(),
                new Meta(
                        meta.get("operation").textOr(""),
                        meta.get("http_status").intOr(0),
                        meta.get("attempts").intOr(0),
                        meta.get("elapsed_ms").longOr(0),
                        meta.get("tag").textOr(null),
                        Attempt.list(meta.get("history")),
                        meta));
    }
}
