/* A program that has nothing but what was installed. */
#include <hostbill.h>
#include <stdio.h>

int main(void) {
    hostbill_client *client = NULL;
    char *text = NULL;
    int status =
        hostbill_client_new("{\"portal\":\"time4vps\",\"username\":\"me\",\"password\":\"x\"}", &client, &text);
    if (status == 0)
        status = hostbill_client_call(client, "account.balance", NULL, "{\"dry_run\":true}", &text);
    puts(text);
    hostbill_string_free(text);
    hostbill_client_free(client);
    return status == 0 && hostbill_abi_version() == HOSTBILL_ABI_VERSION && hostbill_live_objects() == 0 ? 0 : 1;
}
