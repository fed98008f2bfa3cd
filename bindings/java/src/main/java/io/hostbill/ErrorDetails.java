package io.hostbill;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Error objects that are made here, in the form of the library's. */
final class ErrorDetails {
    private ErrorDetails() {}

    static Data of(String errorClass, int status, String message) {
        return Data.of(new LinkedHashMap<>(Map.of("class", errorClass, "status", (long) status, "message", message)));
    }

    static Data usage(String message) {
        return of("usage", -1, message);
    }

    static Data field(String field, String problem) {
        Map<String, Object> document = new LinkedHashMap<>(Data.members(usage(field + " " + problem).value()));
        document.put("fields", List.of(Map.of("field", field, "problem", problem)));
        return Data.of(document);
    }
}
