/*
 * The first calls of a program: log in, list services, look up a domain, add a DNS record and read it back.
 *
 * Without HOSTBILL_PORTAL it starts a sandbox of its own, so that it runs anywhere. To talk to a real portal, which it
 * only reads from, set HOSTBILL_PORTAL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD, and HOSTBILL_BASE_URL if it has its own
 * address.
 *
 *     cc first_call.c -lhostbill -lhostbill_sandbox -o first_call
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostbill.h"
#include "hostbill_sandbox.h"

/* Runs one operation and prints what came of it. */
static int show(hostbill_client *client, const char *operation, const char *params) {
    char *text = NULL;
    int status = hostbill_client_call(client, operation, params, NULL, &text);
    printf("%s %s\n  %s\n  %s\n\n", operation, params, hostbill_status_name(status), text);
    hostbill_string_free(text);
    return status;
}

static hostbill_client *connect_to(const char *config) {
    hostbill_client *client = NULL;
    char *error = NULL;
    if (hostbill_client_new(config, &client, &error) != 0) {
        fprintf(stderr, "%s\n", error);
        hostbill_string_free(error);
    }
    return client;
}

/* The whole number that follows a key in JSON text. A real program uses a JSON library. */
static long number_after(const char *text, const char *key) {
    const char *found = strstr(text, key);
    return found == NULL ? 0 : strtol(found + strlen(key), NULL, 10);
}

static int visit_real_portal(const char *portal) {
    const char *url = getenv("HOSTBILL_BASE_URL");
    const char *username = getenv("HOSTBILL_USERNAME");
    const char *password = getenv("HOSTBILL_PASSWORD");
    char config[1024];
    hostbill_client *client;
    int failures;
    /* Values with quotes or backslashes would have to be escaped here. */
    snprintf(config, sizeof config,
             "{\"portal\":\"%s\",%s%s%s\"username\":\"%s\",\"password\":\"%s\",\"read_only\":true}", portal,
             url ? "\"base_url\":\"" : "", url ? url : "", url ? "\"," : "", username ? username : "",
             password ? password : "");
    client = connect_to(config);
    if (client == NULL)
        return 1;
    failures = show(client, "account.balance", "{}") != 0;
    failures += show(client, "services.list", "{}") != 0;
    hostbill_client_free(client);
    return failures != 0;
}

static int visit_sandbox(void) {
    hostbill_sandbox *sandbox = NULL;
    hostbill_client *client;
    char *text = NULL;
    char config[256];
    char params[128];
    long domain_id;
    int failures;

    if (hostbill_sandbox_new("{\"portal\":\"elsecloud\",\"username\":\"me@example.com\",\"password\":\"secret\"}",
                             &sandbox, &text) != 0) {
        fprintf(stderr, "%s\n", text);
        hostbill_sandbox_string_free(text);
        return 1;
    }
    text = hostbill_sandbox_control(sandbox, "{\"command\":\"info\"}");
    domain_id = number_after(text, "\"domain_id\":");
    hostbill_sandbox_string_free(text);

    /* With "jwt" the client logs in by itself, once, before the first call that needs it. */
    snprintf(config, sizeof config,
             "{\"portal\":\"elsecloud\",\"auth\":\"jwt\",\"base_url\":\"%s\","
             "\"username\":\"me@example.com\",\"password\":\"secret\"}",
             hostbill_sandbox_url(sandbox));
    client = connect_to(config);
    if (client == NULL) {
        hostbill_sandbox_free(sandbox);
        return 1;
    }

    failures = show(client, "services.list", "{}") != 0;
    failures += show(client, "domains.lookup", "{\"name\":\"example.com\"}") != 0;
    snprintf(params, sizeof params, "{\"domain_id\":%ld,\"name\":\"www\",\"type\":\"A\",\"content\":\"192.0.2.1\"}",
             domain_id);
    failures += show(client, "domains.dns_records.create", params) != 0;
    snprintf(params, sizeof params, "{\"domain_id\":%ld}", domain_id);
    failures += show(client, "domains.dns_records.list", params) != 0;

    hostbill_client_free(client);
    hostbill_sandbox_free(sandbox);
    return failures != 0;
}

int main(void) {
    const char *portal = getenv("HOSTBILL_PORTAL");
    return portal != NULL ? visit_real_portal(portal) : visit_sandbox();
}
