/* Loads the library by hand, as other languages do, makes a call with it, unloads it, and lives on. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

int main(int count, char **arguments) {
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    int (*abi_version)(void);
    const char *(*version)(void);
    int (*client_new)(const char *, void **, char **);
    char *(*client_call_json)(void *, const char *, const char *, const char *);
    void (*client_free)(void *);
    void (*string_free)(char *);
    int64_t (*live_objects)(void);
    void *client = NULL;
    char *text = NULL;
    int good;
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    *(void **)&abi_version = symbol(library, "hostbill_abi_version");
    *(void **)&version = symbol(library, "hostbill_version");
    *(void **)&client_new = symbol(library, "hostbill_client_new");
    *(void **)&client_call_json = symbol(library, "hostbill_client_call_json");
    *(void **)&client_free = symbol(library, "hostbill_client_free");
    *(void **)&string_free = symbol(library, "hostbill_string_free");
    *(void **)&live_objects = symbol(library, "hostbill_live_objects");
    if (client_new("{\"portal\":\"time4vps\",\"username\":\"me\",\"password\":\"s3cret\"}", &client, &text) != 0) {
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    text = client_call_json(client, "servers.reboot", "{\"server_id\":7}", "{\"dry_run\":true}");
    printf("%s, ABI %d: %s\n", version(), abi_version(), text);
    client_free(client);
    dlclose(library);
    /* The library asks to stay, so what it gave is still good. */
    good = strncmp(text, "{\"ok\":true,", 11) == 0 && strstr(text, "/server/7/reboot") != NULL &&
           strstr(text, "s3cret") == NULL;
    string_free(text);
    return good && abi_version() == 1 && live_objects() == 0 ? 0 : 1;
}
