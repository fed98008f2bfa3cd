package io.hostbill;

import java.util.ArrayList;
import java.util.List;

/**
 * One mistake in what was given.
 *
 * @param field where: the name of a parameter, an option or a setting
 * @param problem what is wrong
 * @param expected what it should be, or null
 * @param nearest the right name that is most like the wrong one, or null
 */
public record FieldProblem(String field, String problem, String expected, String nearest) {
    static List<FieldProblem> list(Data rows) {
        List<FieldProblem> out = new ArrayList<>();
        for (Data row : rows) {
            out.add(new FieldProblem(
                    row.get("field").textOr(""),
                    row.get("problem").textOr(""),
                    row.get("expected").textOr(null),
                    row.get("nearest").textOr(null)));
        }
        return List.copyOf(out);
    }
}
