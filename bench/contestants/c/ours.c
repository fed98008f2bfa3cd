/* The C ABI: one call after the other on the caller's thread, and submit and next with many in flight. */
#include "contestant.h"

#include "capi/hostbill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hostbill_client *client, **others;
static char config[1024];
static long other_count;
static char *answer;
static const char *options;
static int in_flight;

static int new_client(hostbill_client **out) {
    char *error = NULL;
    if (hostbill_client_new(config, out, &error) == 0)
        return 0;
    fprintf(stderr, "%s\n", error);
    hostbill_string_free(error);
    return 1;
}

static int prepare(const struct settings *settings) {
    const char *ca_file = settings->ca_file;
    options = settings->options;
    in_flight = settings->in_flight;
    snprintf(config, sizeof config, "{\"portal\":\"coloup\",\"auth\":\"none\",\"base_url\":\"%s\"%s%s%s}",
             settings->base_url, ca_file == NULL ? "" : ",\"ca_file\":\"", ca_file == NULL ? "" : ca_file,
             ca_file == NULL ? "" : "\"");
    return 0;
}

static int open_client(const struct settings *settings) {
    prepare(settings);
    return new_client(&client);
}

static int ask(hostbill_client *whom) {
    hostbill_string_free(answer);
    if (hostbill_client_call(whom, "invoices.list", NULL, options, &answer) == 0)
        return 0;
    fprintf(stderr, "%s\n", answer);
    return 1;
}

static int one_by_one(long calls) {
    while (calls-- > 0)
        if (ask(client) != 0)
            return 1;
    return 0;
}

/* An envelope begins with its number, {"id":7,"ok":true,..; after that stands whether the call succeeded. */
static int succeeded(const char *envelope) {
    const char *after = strchr(envelope, ',');
    return after != NULL && strncmp(after, ",\"ok\":true", 10) == 0;
}

static int side_by_side(long calls) {
    long submitted = 0;
    for (long done = 0; done < calls; ++done) {
        while (submitted < calls && submitted - done < in_flight) {
            if (hostbill_client_submit(client, "invoices.list", NULL, options, NULL, NULL) != 0)
                return 1;
            ++submitted;
        }
        hostbill_string_free(answer);
        if (hostbill_client_next(client, -1, &answer) != 0 || !succeeded(answer)) {
            fprintf(stderr, "%s\n", answer);
            return 1;
        }
    }
    return 0;
}

/* A client for each call. */
static int first_calls(long calls) {
    while (calls-- > 0) {
        if (new_client(&client) != 0 || ask(client) != 0)
            return 1;
        hostbill_client_free(client);
        client = NULL;
    }
    return 0;
}

static int creations(long calls) {
    while (calls-- > 0) {
        if (new_client(&client) != 0)
            return 1;
        hostbill_client_free(client);
        client = NULL;
    }
    return 0;
}

/* Clients that stay, each with a connection. */
static int more_clients(long calls) {
    others = realloc(others, (size_t)(other_count + calls) * sizeof *others);
    while (calls-- > 0)
        if (new_client(&others[other_count++]) != 0 || ask(others[other_count - 1]) != 0)
            return 1;
    return 0;
}

/* Requests that stay in flight, because their server never answers. */
static int more_requests(long calls) {
    while (calls-- > 0)
        if (hostbill_client_submit(client, "invoices.list", NULL, options, NULL, NULL) != 0)
            return 1;
    return 0;
}

static const char *last(void) { return answer; }

static void close_client(void) {
    hostbill_string_free(answer);
    hostbill_client_free(client);
    while (other_count > 0)
        hostbill_client_free(others[--other_count]);
    free(others);
}

const struct contestant call = {"call", open_client, one_by_one, last, close_client};
const struct contestant submit = {"submit", open_client, side_by_side, last, close_client};
const struct contestant call_first = {"call_first", prepare, first_calls, last, close_client};
const struct contestant create = {"create", prepare, creations, last, close_client};
const struct contestant keep_clients = {"keep_clients", prepare, more_clients, last, close_client};
const struct contestant keep_requests = {"keep_requests", open_client, more_requests, last, close_client};
