package io.hostbill;

import java.util.ArrayList;
import java.util.List;

/**
 * One of several requests of a call.
 *
 * @param attempt its number, from 1
 * @param outcome {@code ok}, or the class of an error
 * @param httpStatus the status of the response; 0 if there was none
 * @param elapsedMs how long it took, in milliseconds
 * @param waitedMs how long was waited before it, in milliseconds
 */
public record Attempt(int attempt, String outcome, int httpStatus, long elapsedMs, long waitedMs) {
    static List<Attempt> list(Data rows) {
        List<Attempt> out = new ArrayList<>();
        for (Data row : rows) {
            out.add(new Attempt(
                    row.get("attempt").intOr(0),
                    row.get("outcome").textOr(""),
                    row.get("http_status").intOr(0),
                    row.get("elapsed_ms").longOr(0),
                    row.get("waited_ms").longOr(0)));
        }
        return List.copyOf(out);
    }
}
