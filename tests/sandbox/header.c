/* The public header is C89 and needs nothing before it. */
#include "hostbill_sandbox.h"

int hostbill_sandbox_header_in_c(void);

int hostbill_sandbox_header_in_c(void) {
    hostbill_sandbox *sandbox = 0;
    char *error = 0;
    int refused = hostbill_sandbox_new("{}", &sandbox, &error) < 0 && sandbox == 0 && error != 0;
    hostbill_sandbox_string_free(error);
    hostbill_sandbox_free(sandbox);
    return refused;
}
