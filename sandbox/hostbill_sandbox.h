/* hostbill_sandbox.h - a hosting portal in a box, for development and tests.
 *
 * A sandbox serves the User API of one of the known portals over HTTP on a free loopback port, from this process,
 * with state that behaves: what is created can be read back, orders make invoices, credit pays them, servers take
 * time. It holds made-up data only and is reachable from this machine alone. One sandbox holds many worlds, each with
 * credentials and a state of its own, so that tests which share it do not meet.
 *
 *     char *error;
 *     hostbill_sandbox *sandbox;
 *     if (hostbill_sandbox_new("{\"portal\":\"time4vps\"}", &sandbox, &error) != 0) {
 *         fprintf(stderr, "%s\n", error);
 *         hostbill_sandbox_string_free(error);
 *         return 1;
 *     }
 *     char *info = hostbill_sandbox_control(sandbox, "{\"command\":\"info\"}");
 *     ...  requests to hostbill_sandbox_url(sandbox), with the user name and password from `info`  ...
 *     hostbill_sandbox_string_free(info);
 *     hostbill_sandbox_free(sandbox);
 *
 * The contract
 * 1. Texts in are UTF-8, texts out are ASCII JSON (the URL aside). Texts that are handed out belong to the caller and
 *    go back through hostbill_sandbox_string_free; the URL is borrowed until the sandbox is freed.
 * 2. Any function may be called from any thread, but for hostbill_sandbox_free, which comes last and once.
 * 3. A sandbox has one thread of its own, which takes no signals. Nothing is printed, no exception leaves.
 * 4. After fork() the sandbox stays with the parent. In the child, control answers with an error, and freeing does
 *    nothing.
 * 5. A request either happens as a whole or not at all, also when the process is killed.
 */
#ifndef HOSTBILL_SANDBOX_H
#define HOSTBILL_SANDBOX_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HOSTBILL_SANDBOX_API __attribute__((visibility("default")))
#else
#define HOSTBILL_SANDBOX_API
#endif

typedef struct hostbill_sandbox hostbill_sandbox;

/* Starts a portal. Returns 0 and sets *sandbox, or a negative status and sets *error to an error object:
 * {"class":"usage","status":-1,"message":..,"fields":[{"field","problem","expected","nearest"}],..}. The other of the
 * two becomes NULL; either place may be NULL where it is not wanted. The config's keys, all but "portal" optional:
 *
 *   portal            "coloup", "elsecloud", "generic", "internetport" or "time4vps"
 *   port              0 (any free one)
 *   database          ":memory:", or a file that keeps the state from one run to the next; further worlds and snapshots
 *                     are kept in a folder beside it
 *   username          "api@example.com"
 *   password          a random one; `info` tells it
 *   seed              1; where order numbers and the like begin
 *   task_polls        2; how often a server's task is asked for before it is done; 0: done at once
 *   task_seconds      0; more: how long a task takes by the portal's clock, instead of task_polls and vm_polls
 *   vm_polls          0: changes of a virtual machine are done at once; more: how often it is looked at before they are
 *   tax_rate          0; percent, on every invoice
 *   token_lifetime    3600 seconds; 0: a token has expired when it is given out
 *   refresh_lifetime  2592000 seconds
 *   auto_credit       whether new invoices are paid from credit at once; true where the portal has no operation for it
 *   clock_skew        0; seconds by which the portal's clock is ahead; negative: behind
 *   clock             "real"; "virtual" stands still until control's clock command moves it
 *   clock_start       where a virtual clock begins, such as "2027-01-01T00:00:00Z"; at the machine's time without it
 *   seed_data         what the account has in the beginning, as a seed document; a small customer's two years without it
 *   seed_file         the path of a seed document
 *   quirks            what the portal does beyond its documents, by name: true, or a value; docs/sandbox-quirks.md
 *   control_token     what X-Sandbox-Token must be; a random one without it
 *   tls               none: plain HTTP. An object: HTTPS with a certificate of a throw-away CA; its keys, all optional:
 *       certificate         "good", "expired", "not_yet_valid", "wrong_host", "self_signed" or "untrusted"
 *       max_version         "1.3"; "1.0" and "1.1" serve nothing newer than that
 *       handshake_delay_ms  0
 *       client_certificate  "none" or "required"
 */
HOSTBILL_SANDBOX_API int hostbill_sandbox_new(const char *config_json, hostbill_sandbox **sandbox, char **error);

/* The base URL of the portal's API, such as "http://127.0.0.1:41000/api". NULL for NULL. */
HOSTBILL_SANDBOX_API const char *hostbill_sandbox_url(const hostbill_sandbox *sandbox);

/* One command, one answer; never NULL but for want of memory. Mistakes answer {"error":{..}}. What is about one world
 * takes "world":NAME as well; without it, the main world is meant.
 *
 *   {"command":"info"}     {"url","portal","username","password","control_url","control_token","page_url","database",
 *                           "ids":{"service_id":..,..},         seeded ids by path parameter
 *                           "operations":{"vms.get":{..},..},   for each operation, parameters that work
 *                           "states":{"service":[..],..}}       what set_state takes
 *                          with TLS also "ca_pem", "public_key_pin", and where clients must show a certificate
 *                          "client_certificate_pem", "client_key_pem"
 *   {"command":"journal"}  {"requests":[{"number","time","method","target","operation","status",
 *                           "fault":{"fault_id","kind","act"},"world","duration_us","refused","errors","near"}],..};
 *                          a status of 0: nothing was answered. Members say which ones are wanted
 *   {"command":"ledger"}   {"orders.create":1,"invoices":1,..}  how often each operation that changes something was
 *                                                               carried out, and what came of it
 *   {"command":"fault","operation":"orders.create","times":1,"skip":0,"fault":{"kind":..}}   {"fault_id":N}
 *   {"command":"faults"}   {"faults":[{"fault_id","operation","kind","remaining","skip","fired","requests"}]}
 *   {"command":"clear_faults"}   all, or one: "fault_id":N
 *   {"command":"clock","advance":SECONDS}   moves the portal's clock forward: {"time","advanced"}; or "set":TIME, as
 *                                           "2027-01-01T00:00:00Z". What falls due on the way happens in its order
 *   {"command":"overview"}  the account at a glance, without touching it; docs/sandbox-page.md
 *   {"command":"pay","invoice_id":N}   pays an invoice from outside, as a bank transfer would
 *   {"command":"set_state","kind":"service","id":N,"state":"Fraud"}   what the portal's people or machines do; docs/sandbox.md
 *   {"command":"reset"}    back to the seed; journal, ledger, sessions, faults and the moved clock are forgotten
 *   {"command":"snapshot","name":"before"}, restore, snapshots, snapshot_delete: the state under a name, and back to it
 *   {"command":"world_create","name":"t1"}  {"world","url","username","password"}; also worlds, world_delete
 *
 * docs/sandbox-control.md has them all, docs/sandbox.md the kinds of faults. The same over HTTP: POST to `control_url` with
 * the header X-Sandbox-Token: `control_token`. */
HOSTBILL_SANDBOX_API char *hostbill_sandbox_control(hostbill_sandbox *sandbox, const char *json);

/* Stops serving. NULL is fine. */
HOSTBILL_SANDBOX_API void hostbill_sandbox_free(hostbill_sandbox *sandbox);

/* NULL is fine. */
HOSTBILL_SANDBOX_API void hostbill_sandbox_string_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
