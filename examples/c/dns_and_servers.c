/*
 * A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
 * server that is rebooted.
 *
 * Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
 * time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
 * JSON is written and read with jansson; any other library does as well.
 *
 *     cc dns_and_servers.c $(pkg-config --cflags --libs hostbill hostbill-sandbox jansson)
 */
#include <hostbill.h>
#include <hostbill_sandbox.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs an operation with parameters, which it takes over, and returns the data. Ends the program when that fails. */
static json_t *call(hostbill_client *client, const char *operation, json_t *params) {
    char *given = json_dumps(params, 0);
    char *text = NULL;
    int status = hostbill_client_call(client, operation, given, NULL, &text);
    json_t *answer = json_loads(text, JSON_ALLOW_NUL, NULL);
    json_t *data = json_incref(json_object_get(answer, "data"));
    if (status != 0) {
        fprintf(stderr, "%s\n", json_string_value(json_object_get(answer, "message")));
        exit(1);
    }
    json_decref(answer);
    json_decref(params);
    hostbill_string_free(text);
    free(given);
    return data;
}

static json_int_t number(const json_t *object, const char *name) {
    return json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name) {
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

/* The TXT records of a name in a zone that was found. */
static json_t *texts(hostbill_client *client, const json_t *zone) {
    json_t *all =
        call(client, "dns.zones.get",
             json_pack("{s:I,s:I}", "service_id", number(zone, "service_id"), "zone_id", number(zone, "zone_id")));
    json_t *out = json_array();
    json_t *record;
    size_t n;
    json_array_foreach(json_object_get(all, "records"), n, record) {
        if (strcmp(text(record, "type"), "TXT") == 0 && strcmp(text(record, "name"), text(zone, "relative")) == 0)
            json_array_append(out, record);
    }
    json_decref(all);
    return out;
}

static void records(hostbill_client *client) {
    json_t *zone = call(client, "dns.zones.find", json_pack("{s:s}", "name", "_acme-challenge.www.example.net"));
    const json_int_t service = number(zone, "service_id");
    const json_int_t id = number(zone, "zone_id");
    json_t *found, *record;
    size_t n;
    printf("zone %s holds %s\n", text(zone, "zone"), text(zone, "relative"));
    json_decref(call(client, "dns.records.create",
                     json_pack("{s:I,s:I,s:s,s:s,s:s}", "service_id", service, "zone_id", id, "name",
                               text(zone, "relative"), "type", "TXT", "content", "token-1")));
    found = texts(client, zone);
    json_array_foreach(found, n, record) {
        printf("read back %s %s\n", text(record, "type"), text(record, "content"));
        json_decref(
            call(client, "dns.records.delete",
                 json_pack("{s:I,s:I,s:I}", "service_id", service, "zone_id", id, "record_id", number(record, "id"))));
    }
    json_decref(found);
    found = texts(client, zone);
    printf("removed, %zu left\n", json_array_size(found));
    json_decref(found);
    json_decref(zone);
}

static void invoices(hostbill_client *client) {
    json_t *all = call(client, "invoices.list", json_object());
    json_t *invoice;
    size_t n;
    json_array_foreach(all, n, invoice) {
        if (strcmp(text(invoice, "status"), "Unpaid") == 0)
            printf("invoice %lld is unpaid: %s %s\n", (long long)number(invoice, "id"), text(invoice, "total"),
                   text(invoice, "currency"));
    }
    json_decref(all);
}

static void reboot(hostbill_client *client) {
    json_t *all = call(client, "servers.list", json_object());
    const json_int_t server = number(json_array_get(all, 0), "server_id");
    json_t *task = call(client, "servers.reboot", json_pack("{s:I}", "server_id", server));
    json_t *waited = call(client, "servers.tasks.wait",
                          json_pack("{s:I,s:O}", "server_id", server, "task_id", json_object_get(task, "task_id")));
    printf("server %lld rebooted: %s\n", (long long)server,
           json_is_true(json_object_get(waited, "done")) ? "true" : "false");
    json_decref(waited);
    json_decref(task);
    json_decref(all);
}

/* The configuration: of the environment, or of a sandbox, which is started for it. */
static json_t *configuration(hostbill_sandbox **sandbox) {
    const char *portal = getenv("HOSTBILL_PORTAL");
    const char *url = getenv("HOSTBILL_BASE_URL");
    json_t *config = json_pack("{s:s}", "portal", portal == NULL ? "time4vps" : portal);
    char *given, *reply = NULL;
    json_t *info;
    if (url != NULL) {
        const char *username = getenv("HOSTBILL_USERNAME");
        const char *password = getenv("HOSTBILL_PASSWORD");
        json_object_set_new(config, "base_url", json_string(url));
        json_object_set_new(config, "username", json_string(username == NULL ? "" : username));
        json_object_set_new(config, "password", json_string(password == NULL ? "" : password));
        return config;
    }
    given = json_dumps(config, 0);
    if (hostbill_sandbox_new(given, sandbox, &reply) != 0) {
        fprintf(stderr, "%s\n", reply);
        exit(1);
    }
    free(given);
    reply = hostbill_sandbox_control(*sandbox, "{\"command\":\"info\"}");
    info = json_loads(reply, 0, NULL);
    json_object_set(config, "base_url", json_object_get(info, "url"));
    json_object_set(config, "username", json_object_get(info, "username"));
    json_object_set(config, "password", json_object_get(info, "password"));
    json_decref(info);
    hostbill_sandbox_string_free(reply);
    return config;
}

int main(void) {
    hostbill_sandbox *sandbox = NULL;
    hostbill_client *client = NULL;
    json_t *config = configuration(&sandbox);
    char *given = json_dumps(config, 0);
    char *error = NULL;
    if (hostbill_client_new(given, &client, &error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    records(client);
    invoices(client);
    reboot(client);
    free(given);
    json_decref(config);
    hostbill_client_free(client);
    hostbill_sandbox_free(sandbox);
    return hostbill_live_objects() == 0 ? 0 : 1;
}
