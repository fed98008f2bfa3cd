/* Loads the library by hand, as other languages do, unloads it, and lives on. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

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
    char *(*catalog)(const char *);
    void (*string_free)(char *);
    char *text;
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    *(void **)&abi_version = symbol(library, "hostbill_abi_version");
    *(void **)&version = symbol(library, "hostbill_version");
    *(void **)&catalog = symbol(library, "hostbill_catalog");
    *(void **)&string_free = symbol(library, "hostbill_string_free");
    text = catalog("generic");
    printf("%s, ABI %d: %.60s\n", version(), abi_version(), text);
    dlclose(library);
    /* The library asks to stay, so what it gave is still good. */
    string_free(text);
    return abi_version() == 1 ? 0 : 1;
}
