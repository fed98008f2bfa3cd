/*
 * Runs conformance cases in C; ../README.md has the protocol. C has neither methods nor types of errors: a method is a
 * call, the type of an error is the name of its status, and data is the text that the library gave.
 */
#include <hostbill.h>
#include <hostbill_sandbox.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    json_t *settings;
    hostbill_sandbox *sandbox;
    hostbill_client *client;
    int closed;
};

/* JSON text of a value; "{}" for nothing. The caller frees it. */
static char *text_of(const json_t *value) {
    char *text = value == NULL || json_is_null(value)
                     ? strdup("{}")
                     : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (text == NULL)
        abort();
    return text;
}

/* Prints an error object with its type. */
static void print_error(const char *object) {
    json_t *error = json_loads(object, JSON_ALLOW_NUL, NULL);
    const int status = (int)json_integer_value(json_object_get(error, "status"));
    printf("{\"ok\":false,\"error\":{\"type\":\"%s\",%s}", hostbill_status_name(status), object + 1);
    json_decref(error);
}

/* Prints an envelope, which is a result but for the type of an error. */
static void print_envelope(char *envelope) {
    static const char failed[] = "\"ok\":false,\"error\":";
    const char *found = strstr(envelope, failed);
    /* Nothing can stand before ok but a number. */
    if (found != NULL && found - envelope < 40) {
        json_t *whole = json_loads(envelope, JSON_ALLOW_NUL, NULL);
        char *error = text_of(json_object_get(whole, "error"));
        print_error(error);
        free(error);
        json_decref(whole);
    } else {
        fputs(envelope, stdout);
    }
    hostbill_string_free(envelope);
}

static void print_data(const char *data) { printf("{\"ok\":true,\"data\":%s}", data); }

/* A new client of the case; NULL, and the error printed, if that fails. */
static hostbill_client *another(const struct bench *bench) {
    json_t *config = bench->settings == NULL ? json_object() : json_deep_copy(bench->settings);
    hostbill_client *client = NULL;
    char *error = NULL;
    char *text;
    if (bench->sandbox != NULL) {
        char *reply = hostbill_sandbox_control(bench->sandbox, "{\"command\":\"info\"}");
        json_t *info = json_loads(reply, JSON_ALLOW_NUL, NULL);
        json_object_set(config, "portal", json_object_get(info, "portal"));
        json_object_set(config, "base_url", json_object_get(info, "url"));
        json_object_set(config, "username", json_object_get(info, "username"));
        json_object_set(config, "password", json_object_get(info, "password"));
        json_decref(info);
        hostbill_sandbox_string_free(reply);
    }
    text = text_of(config);
    if (hostbill_client_new(text, &client, &error) != 0) {
        print_error(error);
        hostbill_string_free(error);
    }
    free(text);
    json_decref(config);
    return client;
}

/* Runs a step's call and returns the envelope. */
static char *call(hostbill_client *client, const json_t *step, int dry) {
    json_t *chosen = json_object_get(step, "options");
    json_t *all = json_is_object(chosen) ? json_deep_copy(chosen) : json_object();
    char *params = text_of(json_object_get(step, "params"));
    char *options;
    char *out;
    if (dry)
        json_object_set_new(all, "dry_run", json_true());
    options = text_of(all);
    out = hostbill_client_call_json(client, json_string_value(json_object_get(step, "operation")), params, options);
    free(options);
    free(params);
    json_decref(all);
    return out;
}

/* ---- Many clients at once ---- */

struct worker {
    pthread_t thread;
    hostbill_client *client;
    const json_t *step;
    json_t *answers; /* a list of its own */
    int each;
};

static void *work(void *argument) {
    struct worker *worker = argument;
    int n;
    for (n = 0; n < worker->each; ++n) {
        char *text = call(worker->client, worker->step, 0);
        json_t *envelope = json_loads(text, JSON_ALLOW_NUL, NULL);
        json_t *data = json_object_get(envelope, "data");
        json_array_append_new(worker->answers, data == NULL ? json_null() : json_incref(data));
        json_decref(envelope);
        hostbill_string_free(text);
    }
    return NULL;
}

static void parallel(const struct bench *bench, const json_t *step) {
    const size_t clients = (size_t)json_integer_value(json_object_get(step, "clients"));
    struct worker *workers = calloc(clients, sizeof *workers);
    json_t *first = NULL;
    int succeeded = 0, failed = 0, different = 0;
    size_t n, m;
    if (workers == NULL)
        abort();
    for (n = 0; n < clients; ++n) {
        workers[n].client = another(bench);
        workers[n].step = json_object_get(step, "step");
        workers[n].answers = json_array();
        workers[n].each = (int)json_integer_value(json_object_get(step, "each"));
        if (pthread_create(&workers[n].thread, NULL, work, &workers[n]) != 0)
            abort();
    }
    for (n = 0; n < clients; ++n) {
        pthread_join(workers[n].thread, NULL);
        for (m = 0; m < json_array_size(workers[n].answers); ++m) {
            json_t *data = json_array_get(workers[n].answers, m);
            if (json_is_null(data)) {
                ++failed;
                continue;
            }
            ++succeeded;
            if (first == NULL)
                first = json_incref(data);
            different += !json_equal(first, data);
        }
        json_decref(workers[n].answers);
        hostbill_client_free(workers[n].client);
    }
    json_decref(first);
    free(workers);
    printf("{\"ok\":true,\"data\":{\"succeeded\":%d,\"failed\":%d,\"different\":%d}}", succeeded, failed, different);
}

/* Submits a call, waits for a while, stops it, and takes its answer. */
static void cancel(hostbill_client *client, const json_t *step) {
    const json_t *inner = json_object_get(step, "step");
    char *params = text_of(json_object_get(inner, "params"));
    char *options = text_of(json_object_get(inner, "options"));
    char *out = NULL;
    int64_t id = 0;
    if (hostbill_client_submit(client, json_string_value(json_object_get(inner, "operation")), params, options, &id,
                               &out) != 0) {
        print_error(out);
        hostbill_string_free(out);
    } else if (hostbill_client_next(client, (int)json_integer_value(json_object_get(step, "after_ms")), &out) == 0) {
        print_envelope(out);
    } else {
        hostbill_string_free(out);
        hostbill_client_cancel(client, id);
        hostbill_client_next(client, -1, &out);
        print_envelope(out);
    }
    free(options);
    free(params);
}

/* ---- Cases ---- */

static void control(struct bench *bench, const json_t *step) {
    json_t *given = json_object_get(step, "arguments");
    json_t *command = given == NULL ? json_object() : json_deep_copy(given);
    char *text, *reply;
    json_t *said, *error;
    json_object_set(command, "command", json_object_get(step, "command"));
    text = text_of(command);
    reply = hostbill_sandbox_control(bench->sandbox, text);
    said = json_loads(reply, JSON_ALLOW_NUL, NULL);
    error = json_object_get(said, "error");
    if (error != NULL) {
        char *object = text_of(error);
        print_error(object);
        free(object);
    } else {
        print_data(reply);
    }
    json_decref(said);
    hostbill_sandbox_string_free(reply);
    free(text);
    json_decref(command);
}

static void catalogue(const json_t *step) {
    char *text = hostbill_catalog(json_string_value(json_object_get(step, "portal")));
    json_t *found = json_loads(text, JSON_ALLOW_NUL, NULL);
    if (json_is_false(json_object_get(found, "ok"))) {
        print_envelope(text);
    } else {
        printf("{\"ok\":true,\"data\":{\"operations\":%zu,\"compositions\":%zu}}",
               json_array_size(json_object_get(found, "operations")),
               json_array_size(json_object_get(found, "compositions")));
        hostbill_string_free(text);
    }
    json_decref(found);
}

static void run_step(struct bench *bench, const json_t *step) {
    const char *what = json_string_value(json_object_get(step, "do"));
    if (strcmp(what, "call") == 0 || strcmp(what, "full") == 0 || strcmp(what, "dry") == 0) {
        print_envelope(call(bench->client, step, strcmp(what, "dry") == 0));
    } else if (strcmp(what, "close") == 0) {
        hostbill_client_close(bench->client);
        bench->closed = 1;
        print_data("null");
    } else if (strcmp(what, "closed") == 0) {
        print_data(bench->closed ? "true" : "false");
    } else if (strcmp(what, "control") == 0) {
        control(bench, step);
    } else if (strcmp(what, "stop") == 0) {
        hostbill_sandbox_free(bench->sandbox);
        bench->sandbox = NULL;
        print_data("null");
    } else if (strcmp(what, "parallel") == 0) {
        parallel(bench, step);
    } else if (strcmp(what, "cancel") == 0) {
        cancel(bench->client, step);
    } else if (strcmp(what, "catalog") == 0) {
        catalogue(step);
    } else if (strcmp(what, "version") == 0) {
        printf("{\"ok\":true,\"data\":\"%s\"}", hostbill_version());
    } else if (strcmp(what, "value") == 0) {
        char *text = text_of(json_object_get(step, "json"));
        print_data(text);
        free(text);
    } else {
        printf("{\"skipped\":\"no such step: %s\"}", what);
    }
}

static void run_case(const json_t *row) {
    struct bench bench = {json_object_get(row, "client"), NULL, NULL, 0};
    const json_t *steps = json_object_get(row, "steps");
    char *name = text_of(json_object_get(row, "name"));
    size_t n;
    if (json_is_null(bench.settings))
        bench.settings = NULL;
    printf("{\"case\":%s,\"results\":[", name);
    free(name);
    if (json_is_object(json_object_get(row, "sandbox"))) {
        char *config = text_of(json_object_get(row, "sandbox"));
        char *error = NULL;
        if (hostbill_sandbox_new(config, &bench.sandbox, &error) != 0) {
            print_error(error);
            hostbill_sandbox_string_free(error);
            steps = NULL;
        }
        free(config);
    }
    if (steps != NULL) {
        bench.client = another(&bench);
        if (bench.client == NULL)
            steps = NULL;
    }
    for (n = 0; n < json_array_size(steps); ++n) {
        if (n > 0)
            putchar(',');
        run_step(&bench, json_array_get(steps, n));
    }
    puts("]}");
    fflush(stdout);
    hostbill_client_free(bench.client);
    hostbill_sandbox_free(bench.sandbox);
}

int main(int count, char **arguments) {
    json_error_t wrong;
    json_t *file = count == 2 ? json_load_file(arguments[1], JSON_ALLOW_NUL, &wrong) : NULL;
    const json_t *cases = json_object_get(file, "cases");
    size_t n;
    if (cases == NULL) {
        fputs("usage: runner CASES.json\n", stderr);
        return 2;
    }
    for (n = 0; n < json_array_size(cases); ++n)
        run_case(json_array_get(cases, n));
    json_decref(file);
    printf("{\"live_objects\":%lld}\n", (long long)hostbill_live_objects());
    return 0;
}
