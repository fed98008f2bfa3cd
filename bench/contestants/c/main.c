/* The contestants in C: main NAME, with the settings in the environment. */
#include "capi/hostbill.h"
#include "contestant.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct contestant *const contestants[] = {&easy,        &easy_first,   &easy_create,  &multi,
                                                       &multi_epoll, &call,         &call_first,   &create,
                                                       &submit,      &keep_clients, &keep_requests};

size_t text_append(char *data, size_t size, size_t count, void *out) {
    struct text *text = out;
    const size_t length = size * count;
    if (text->length + length + 1 > text->room) {
        text->room = (text->length + length + 1) * 2;
        text->bytes = realloc(text->bytes, text->room);
        if (text->bytes == NULL)
            return 0;
    }
    memcpy(text->bytes + text->length, data, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return length;
}

void text_clear(struct text *text) { text->length = 0; }

/* The id of the last invoice in an answer's text, as it stands there; "-" when there is none. */
static void last_id(const char *text, char *out, size_t room) {
    const char *found = NULL;
    if (text != NULL)
        for (const char *at = text; (at = strstr(at, "\"id\":")) != NULL; at += 5)
            found = at + 5;
    size_t length = 0;
    if (found != NULL)
        for (; *found != '\0' && *found != ',' && *found != '}' && length + 1 < room; ++found)
            if (*found != '"')
                out[length++] = *found;
    out[length] = '\0';
    if (length == 0)
        snprintf(out, room, "-");
}

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

int main(int count, char **arguments) {
    const struct contestant *contestant = NULL;
    for (size_t i = 0; count == 2 && i < sizeof contestants / sizeof *contestants; ++i)
        if (strcmp(contestants[i]->name, arguments[1]) == 0)
            contestant = contestants[i];
    if (contestant == NULL) {
        fprintf(stderr, "main: there is no contestant of that name\n");
        return 2;
    }
    const char *in_flight = setting("BENCH_IN_FLIGHT");
    static struct settings settings; /* Contestants may keep it. */
    settings = (struct settings){setting("BENCH_BASE"), setting("BENCH_URL"), setting("BENCH_CA_FILE"),
                                 setting("BENCH_OPTIONS"), in_flight == NULL ? 1 : atoi(in_flight)};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (contestant->open(&settings) != 0)
        return 1;
    printf("{\"hostbill\":\"%s\",\"libcurl\":\"%s\"}\n", hostbill_version(),
           curl_version_info(CURLVERSION_NOW)->version);
    fflush(stdout);

    long calls;
    while (scanf("%ld", &calls) == 1) {
        char id[32];
        if (contestant->call(calls) != 0) {
            fprintf(stderr, "%s: a call failed\n", contestant->name);
            return 1;
        }
        last_id(contestant->last(), id, sizeof id);
        printf("%ld %s\n", calls, id);
        fflush(stdout);
    }
    contestant->close();
    curl_global_cleanup();
    return 0;
}
