/* The C ABI: one call after the other on the caller's thread, and submit and next with many in flight. */
#include "contestant.h"

#include "capi/hostbill.h"

#include <stdio.h>

static hostbill_client *client;
static char *answer;
static const char *options;
static int in_flight;

static int open_client(const struct settings *settings) {
    char config[1024];
    char *error = NULL;
    options = settings->options;
    in_flight = settings->in_flight;
    snprintf(config, sizeof config, "{\"portal\":\"coloup\",\"auth\":\"none\",\"base_url\":\"%s\"%s%s%s}",
             settings->base_url, settings->ca_file == NULL ? "" : ",\"ca_file\":\"",
             settings->ca_file == NULL ? "" : settings->ca_file, settings->ca_file == NULL ? "" : "\"");
    if (hostbill_client_new(config, &client, &error) == 0)
        return 0;
    fprintf(stderr, "%s\n", error);
    hostbill_string_free(error);
    return 1;
}

static int one_by_one(long calls) {
    while (calls-- > 0) {
        hostbill_string_free(answer);
        if (hostbill_client_call(client, "invoices.list", NULL, options, &answer) != 0) {
            fprintf(stderr, "%s\n", answer);
            return 1;
        }
    }
    return 0;
}

/* An envelope begins with its number; after that stands whether the call succeeded. */
static int succeeded(const char *envelope) {
    long long id;
    char first;
    return sscanf(envelope, "{\"id\":%lld,\"ok\":%c", &id, &first) == 2 && first == 't';
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

static const char *last(void) { return answer; }

static void close_client(void) {
    hostbill_string_free(answer);
    hostbill_client_free(client);
}

const struct contestant call = {"call", open_client, one_by_one, last, close_client};
const struct contestant submit = {"submit", open_client, side_by_side, last, close_client};
