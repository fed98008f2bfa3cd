/*
 * hostbill: one client for the User API of web hosts that run the HostBill panel.
 *
 * JSON goes in and JSON comes out of the few functions below. Everything a portal can do is an operation with a name
 * and parameters; hostbill_catalog() lists them all. New operations and new members of the documents appear without a
 * change here: a program ignores members that it does not know.
 *
 * THE PATTERN OF USE
 *
 *     const char *config = "{\"portal\":\"time4vps\",\"username\":\"me\",\"password\":\"...\"}";
 *     hostbill_client *client = NULL;
 *     char *text = NULL;
 *     int status = hostbill_client_new(config, &client, &text);
 *     if (status == 0)
 *         status = hostbill_client_call(client, "domains.get", "{\"domain_id\":7}", NULL, &text);
 *     fputs(text, status == 0 ? stdout : stderr);        the answer, or the error object
 *     hostbill_string_free(text);
 *     hostbill_client_free(client);
 *
 * THE DOCUMENTS
 *
 * Answer    {"data":..,"info":["text",..],"meta":{"operation":"domains.get","http_status":200,"attempts":1,
 *           "elapsed_ms":42,"tag":".."}}
 *           data is what the portal answered, in one form on every portal (docs/results.md): lists, ids as whole
 *           numbers, amounts as decimal text, flags, dates; with the option "raw" as the portal sent it. info are its
 *           remarks; tag is there when the options had one. meta has "unshaped" where something did not fit its form
 *           and is as the portal sent it: ["data[3].total: expected an amount, found a list",..]; "extra" where more
 *           stood beside the data, such as {"page":{"current":1,"total":3}}. After
 *           more than one request meta has "history" too, as an error has: [{"attempt":1,"outcome":"network",
 *           "http_status":0,"elapsed_ms":3,"waited_ms":0},..], where outcome is "ok" or the class of an error, and
 *           waited_ms the wait before the request.
 * Error     {"class":"usage","status":-1,"message":"one line","operation":"..","http_status":0,
 *           "portal_errors":["..",..],"attempts":0,"retryable":false,
 *           "fields":[{"field":"..","problem":"..","expected":"..","nearest":".."},..],"portals":["..",..],"tag":".."}
 *           An unknown outcome has "reconcile" too: the parameters with which the operation "reconcile" settles it.
 *           An operation made of others (docs/compositions.md) says in "step" which of them failed and, where its class
 *           leaves that open, in "reason" why: of a wait "failed" (portal_error: what was waited for failed), "gone"
 *           and "absent" (not_found: it vanished; it never was there) or "deadline" (timeout); of money tools
 *           "price", "currency" or "ambiguous" (conflict: nothing was ordered) and "ordered" (protocol: a portal ordered
 *           when it was asked for an estimate); of DNS tools "changed", "ambiguous" or "crowded" (conflict: docs/dns.md).
 *           What ended too early has "state": of a wait, and of an order whose outcome is unknown, a small object from
 *           which the same operation goes on when it gets it as its parameter "state"; of dns.apply {"done":[..],
 *           "failed":{..},"remaining":[..]}, the steps.
 *           Where the portal said when to come back, "retry_after_s" is how many seconds that is.
 *           class and status say the same; fields lists every mistake in what was given, all at once; portals are those
 *           that have the operation, where this one does not. Members that say nothing may be absent, class, status,
 *           message and retryable never. No member ever holds a secret.
 * Progress  {"link":"active","operation":"services.get","polls":3,"waited_ms":9000,"next_in_ms":7500,"percent":40,
 *           "shown":{"status":"Pending"},"problem":"..","state":{..}}: how far a wait is, for those who ask for it.
 *           percent and problem (why the last poll told nothing) are there when there is one.
 * Envelope  {"ok":true,"data":..,"info":..,"meta":..} or {"ok":false,"error":{..}}: an answer or an error in one form.
 *
 * THE CONVENTIONS
 *
 *  1. Text in is UTF-8 and ends with NUL. JSON in is one object (RFC 8259): no comments, no repeated members, no text
 *     that is not UTF-8. NULL and "" stand for the empty object where a function says so.
 *  2. JSON out is ASCII, all else escaped as \uXXXX; it is one line and ends with NUL.
 *  3. Money, other decimals and whole numbers beyond 2^53 travel without loss: known amounts are JSON strings, other
 *     decimals keep the text the portal wrote, large whole numbers and numbers that no double holds become JSON strings.
 *  4. A status is 0 for success or a negative number of enum hostbill_status. Programs compare statuses or the error's
 *     class, never its message.
 *  5. There is no last error to ask for: a failing function gives the error object in the same call. Outputs are
 *     always written, whatever the outcome, unless the pointer to them is NULL.
 *  6. A `char *` that comes out, returned or through an output, belongs to the caller and is freed with
 *     hostbill_string_free() and nothing else. A returned `const char *` is immortal.
 *  7. Malformed input is an answer, never a crash or a line of output: a NULL that is not allowed, something that is no
 *     client, a closed client, unknown names, wrong types, text that is not JSON are all HOSTBILL_ERROR_USAGE, and
 *     nothing has been sent. Unknown names are errors everywhere and come with the nearest right one.
 *  8. No function throws, aborts, exits, prints, handles a signal, or changes the locale or the environment. Nothing
 *     runs when the library is loaded; it stays loaded until the process ends.
 *
 * THREADS
 *
 *  9. Any function may be called from any thread, on one client too, and calls on one client run side by side.
 * 10. hostbill_client_cancel() and hostbill_client_close() take effect on calls that are under way in other threads,
 *     which then return at once: as HOSTBILL_ERROR_CANCELLED, or as HOSTBILL_ERROR_OUTCOME_UNKNOWN when a request that
 *     must not be repeated had already left. close may be repeated. free comes last: no other function may be called
 *     with the client once hostbill_client_free() has begun; calls that are under way then are stopped and waited for.
 * 11. A client has no thread of its own until the first hostbill_client_submit(); from then on one, an event loop that
 *     carries out everything submitted. A thread that waits in hostbill_client_next() takes its place for as long, so
 *     that no answer has to change threads; log lines then come on that thread. Once hostbill_client_loop_fd() was asked
 *     for, it rests until the client is closed, and those that call hostbill_client_next() do the work. Only what is made of several
 *     operations, has a baseline or ends a session takes a thread besides, up to 64 of them; so does a login, while it
 *     lasts. All have every signal blocked. A host name is looked up on a short-lived thread of libcurl's, also with all
 *     signals blocked, because nothing else could stop a look-up; an address in base_url needs none.
 *
 * FORK
 *
 * 12. A child process may go on with a client it inherited, and with new ones. What belongs to the parent, such as
 *     connections, session tokens, submitted operations and the descriptors of hostbill_client_fd() and
 *     hostbill_client_loop_fd(), is left to the parent: in the child the client is as newly created, logs in on its own
 *     and counts submissions from 1. A closed client stays closed.
 */
#ifndef HOSTBILL_H
#define HOSTBILL_H

#include <stdint.h>

#if defined(__GNUC__)
#define HOSTBILL_API __attribute__((visibility("default")))
#else
#define HOSTBILL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Generated from api/errors.json and api/functions.json by tools/generate_capi.py: begin */
/* The version of this ABI: the number in the library's soname. */
#define HOSTBILL_ABI_VERSION 1

enum hostbill_status {
    HOSTBILL_OK = 0,
    /* The call itself is wrong: an unknown name, a value of the wrong form, a closed client. Nothing was sent. */
    HOSTBILL_ERROR_USAGE = -1,
    /* This portal, or this service's module, does not have the operation. */
    HOSTBILL_ERROR_UNSUPPORTED = -2,
    /* The client is read-only and the operation is not a read. Nothing was sent. */
    HOSTBILL_ERROR_READ_ONLY = -3,
    /* The portal did not accept the credentials or the token. */
    HOSTBILL_ERROR_AUTHENTICATION = -4,
    /* The credentials are good but may not do this. */
    HOSTBILL_ERROR_PERMISSION = -5,
    /* What the parameters name does not exist for this account. */
    HOSTBILL_ERROR_NOT_FOUND = -6,
    /* The portal refused the values of the parameters. */
    HOSTBILL_ERROR_VALIDATION = -7,
    /* The present state forbids it, such as a server that is busy with another task. */
    HOSTBILL_ERROR_CONFLICT = -8,
    /* Too many requests; the portal discarded this one. */
    HOSTBILL_ERROR_RATE_LIMITED = -9,
    /* The portal reported a failure in words of its own. */
    HOSTBILL_ERROR_PORTAL_ERROR = -10,
    /* The portal answers with a maintenance or firewall page. */
    HOSTBILL_ERROR_MAINTENANCE = -11,
    /* The portal was not reached, or the connection broke before an unsafe request was sent. */
    HOSTBILL_ERROR_NETWORK = -12,
    /* The deadline passed. */
    HOSTBILL_ERROR_TIMEOUT = -13,
    /* The portal's certificate or the encrypted connection could not be trusted. */
    HOSTBILL_ERROR_TLS = -14,
    /* The answer is not what the protocol allows: truncated, not JSON, too large, a redirect. */
    HOSTBILL_ERROR_PROTOCOL = -15,
    /* The caller cancelled the call. */
    HOSTBILL_ERROR_CANCELLED = -16,
    /* An unsafe request may or may not have taken effect: it left, and no answer that can be trusted came back. */
    HOSTBILL_ERROR_OUTCOME_UNKNOWN = -17,
    /* The library failed: no memory, or a defect. */
    HOSTBILL_ERROR_INTERNAL = -18
};
/* end */

/* One portal, one identity, and the connections to it. Made by hostbill_client_new(). */
typedef struct hostbill_client hostbill_client;

/* Receives one log line; see hostbill_set_log(). */
typedef void (*hostbill_log_callback)(void *user, const char *line);

/* Says whether a call is to be stopped: 0 if not; see hostbill_set_interrupt(). */
typedef int (*hostbill_interrupt_callback)(void *user);

/* ---- The library ---- */

/*
 * The ABI version of the library that is loaded. A program that loads the library by hand compares it with
 * HOSTBILL_ABI_VERSION, the one it was compiled for, and stops when they differ.
 *
 *     if (hostbill_abi_version() != HOSTBILL_ABI_VERSION)
 *         return 1;
 */
HOSTBILL_API int hostbill_abi_version(void);

/* The library's version, such as "0.1.0". Immortal. */
HOSTBILL_API const char *hostbill_version(void);

/*
 * How the library was built, for bug reports: {"version":"0.1.0","abi_version":1,"compiler":"..","build":".."}.
 * Immortal.
 */
HOSTBILL_API const char *hostbill_build_info(void);

/*
 * The error class that a status stands for: "ok" for 0, "usage" for -1, and so on; "unknown" for a number that is no
 * status. Immortal, never NULL.
 *
 *     fprintf(stderr, "%s\n", hostbill_status_name(status));
 */
HOSTBILL_API const char *hostbill_status_name(int status);

/*
 * The catalogue of one portal, named or described as {"swagger": ..} (docs/portals.md):
 * {"portal","title","base_url","auth":[..],"body","operations":[{"id","method","path","document_path","group","summary",
 * "effect","money","destructive","documented","source","params":[{"name","in","type","required","enum","pattern",
 * "sensitive","aliases","summary"},..],"result":..},..],"compositions":[..],"$defs":{..}}: compositions are the operations
 * made of others (docs/compositions.md), "$defs" the shapes that results name (docs/results.md). An operation of a portal
 * that is described has a "body" of its own, "json" or "form", where that is not the portal's. With NULL or "", all of
 * them: {"portals":[..],"$defs":{..}}. Needs no client and no network.
 *
 * Never NULL. An unknown portal gives the envelope of an error instead, {"ok":false,"error":{..}}.
 *
 *     char *text = hostbill_catalog("time4vps");
 *     ...
 *     hostbill_string_free(text);
 */
HOSTBILL_API char *hostbill_catalog(const char *portal);

/* ---- A client ---- */

/*
 * Creates a client. It checks config_json, an object, and reports every mistake in it at once; it sends nothing, so
 * that wrong credentials show at the first call. Members, all optional but portal:
 *
 *     portal            "coloup", "elsecloud", "internetport", "time4vps" or "generic"; or, of another one, {"swagger": ..}
 *                       with the Swagger 2.0 document that it publishes: as an object, as its text, or the path of a
 *                       file; docs/portals.md
 *     base_url          where the portal is; https, or http on this machine; required for "generic"
 *     username, password, token
 *     auth              "auto" (default), "basic", "jwt", "bearer" or "none"; docs/authentication.md
 *     read_only         true refuses every operation that is not a read, before anything is sent
 *     totp_secret       for portals that ask for a second factor: the secret in base32, as authenticator programs show it
 *     token_cache       the path of a file, private to the user, in which sessions outlive the process; none by default
 *     timeout, connect_timeout, stall_timeout    in seconds: the whole call, reaching the portal, and silence
 *     max_request_bytes, max_response_bytes, pool_size
 *     in_flight         how many submitted operations are under way at once: 64, or from 1 to 1024
 *     ca_file, ca_pem   certificates to trust instead of the system's: a file, or the text of one
 *     client_certificate, client_key             files or PEM texts with which the client shows who it is
 *     pinned_public_key "sha256//..", the only public key that the portal may have
 *     proxy             a URL, http, https or socks5h; "" for none. Without it https_proxy and no_proxy of the
 *                       environment count, in lower case and never under CGI
 *     user_agent        added to the library's own
 *     retry             {"max_attempts":3,"base_delay":0.1,"throttled_delay":1,"max_delay":20,"max_retry_after":60,
 *                       "budget":10}, delays in seconds; what is repeated, and when, is in docs/retries.md
 *     rate_limit        {"per_second":2,"burst":5,"adaptive":true}: how fast the client sends at most, all threads
 *                       together; none by default
 *
 * 0: *client is the client and *error is NULL. Else *client is NULL and *error the error object.
 * Errors: HOSTBILL_ERROR_USAGE; HOSTBILL_ERROR_INTERNAL.
 *
 *     status = hostbill_client_new("{\"portal\":\"coloup\",\"token\":\"...\"}", &client, &error);
 */
HOSTBILL_API int hostbill_client_new(const char *config_json, hostbill_client **client, char **error);

/*
 * Runs one operation on the calling thread and waits for its answer.
 *
 *     operation     an id, "invoices.list", or a method and path, "POST /domain/{domain_id}/dns"
 *     params_json   the operation's parameters by name; NULL: none
 *     options_json  NULL: none. "timeout": seconds for this call. "dry_run": true answers with the request that would
 *                   have been sent, secrets masked, and sends nothing. "raw": true leaves data exactly as the portal
 *                   sent it. "max_attempts": at most so many requests, and one more where the session has to be
 *                   renewed. "extra": an object of parameters the documents do not know, sent as they are.
 *                   "baseline": true notes what is there before an unsafe operation, so that "reconcile" can be
 *                   certain. "progress": true makes a submitted wait tell how far it is. "tag": a text that comes
 *                   back in the answer or the error. "cancel_key": a number from 1 on with which
 *                   hostbill_client_cancel() stops this call. Of operations made of others,
 *                   docs/compositions.md tells what these mean.
 *
 * 0: *out is the answer. Else *out is the error object. out may be NULL when the status is enough.
 * Errors: every class there is. After HOSTBILL_ERROR_OUTCOME_UNKNOWN the operation may have taken effect: call
 * "reconcile" with the error's "reconcile" before trying again.
 *
 *     status = hostbill_client_call(client, "domains.lookup", "{\"name\":\"example.com\"}", NULL, &out);
 */
HOSTBILL_API int hostbill_client_call(hostbill_client *client, const char *operation, const char *params_json,
                                      const char *options_json, char **out);

/*
 * The same as hostbill_client_call() for callers that dislike outputs. Returns the envelope, never NULL.
 *
 *     char *envelope = hostbill_client_call_json(client, "account.balance", NULL, NULL);
 */
HOSTBILL_API char *hostbill_client_call_json(hostbill_client *client, const char *operation, const char *params_json,
                                             const char *options_json);

/*
 * Hands an operation to the client's event loop and returns at once. Takes what hostbill_client_call() takes, and is
 * carried out by the same rules. As many as in_flight are under way at once, begun in the order they came in and finished
 * in any; more wait for their turn. Where the portal speaks HTTP/2, reads share connections.
 *
 * 0: *id is the submission's number, counted from 1 (a forked child counts on from its parent's), and *error is NULL.
 * Exactly one answer for it will come out of hostbill_client_next(), whatever happens - mistakes in the parameters,
 * cancelling and closing included.
 * Else *id is 0 and *error the error object. id and error may be NULL.
 * Errors: HOSTBILL_ERROR_USAGE; HOSTBILL_ERROR_INTERNAL.
 *
 *     status = hostbill_client_submit(client, "services.list", NULL, "{\"tag\":\"first\"}", &id, &error);
 */
HOSTBILL_API int hostbill_client_submit(hostbill_client *client, const char *operation, const char *params_json,
                                        const char *options_json, int64_t *id, char **error);

/*
 * Takes the next answer to a submitted operation, in the order in which they finish, or its progress; of several threads that wait,
 * each gets another one. timeout_ms is how long to wait for it: 0 not at all, -1 without end.
 *
 * 0: *out is the envelope with the submission's number in front and the tag it was submitted with, if any:
 * {"id":1,"ok":true,"data":..,"info":..,"meta":..,"tag":".."} or {"id":1,"ok":false,"error":{..},"tag":".."}.
 * An operation that failed is an answer like any other: look at ok.
 * A wait submitted with the option "progress" comes before that as {"id":1,"progress":{..},"tag":".."}, any number of
 * times: of progress that nobody takes only the latest is kept. Such an envelope has no "ok".
 * Else *out is the error object, and no answer was taken.
 * Errors: HOSTBILL_ERROR_TIMEOUT: none came in time. HOSTBILL_ERROR_USAGE: out is NULL, timeout_ms is less than -1, or
 * the client is closed and every answer has been taken; a wait ends that way too. HOSTBILL_ERROR_INTERNAL.
 *
 *     while (hostbill_client_next(client, 0, &out) == 0) {
 *         ...
 *         hostbill_string_free(out);
 *     }
 *     hostbill_string_free(out);
 */
HOSTBILL_API int hostbill_client_next(hostbill_client *client, int timeout_ms, char **out);

/*
 * A file descriptor for poll(), epoll and event loops: it is readable while hostbill_client_next() would return at
 * once, after close included. Only wait for it; never read, write or close it. It is the same one at every call and
 * lives until hostbill_client_free(). In a child process ask again.
 *
 * Returns the descriptor, or a negative status: HOSTBILL_ERROR_USAGE; HOSTBILL_ERROR_INTERNAL (no descriptors left).
 *
 *     struct pollfd ready = {hostbill_client_fd(client), POLLIN, 0};
 */
HOSTBILL_API int hostbill_client_fd(hostbill_client *client);

/*
 * A file descriptor for event loops whose thread carries out the work itself, so that no answer changes threads: about
 * half of the processor time of a single request. It is readable while hostbill_client_next(client, 0, ..) has something
 * to do: send what was submitted, read what came, keep a time, or hand out an answer. Each time it is readable, and after
 * this thread has submitted something, call that until it returns HOSTBILL_ERROR_TIMEOUT, even when no answer is awaited;
 * it does not block. (What other threads submit makes it readable.)
 *
 * From the first call of this function on, submitted operations go on only while some thread is in
 * hostbill_client_next(): a loop that stands still holds them up, and their timeouts run on. After
 * hostbill_client_close() the library ends by itself what is under way. Otherwise as hostbill_client_fd(), which stays
 * readable while an answer is there.
 *
 * Returns the descriptor, or a negative status: HOSTBILL_ERROR_USAGE; HOSTBILL_ERROR_INTERNAL (no descriptors or threads left).
 *
 *     uv_poll_init(loop, &poll, hostbill_client_loop_fd(client));
 */
HOSTBILL_API int hostbill_client_loop_fd(hostbill_client *client);

/*
 * Stops the submission with that number; with 0 everything: all submissions, and calls under way in other threads.
 * Later ones are not affected. A negative number stops the calls under way whose option "cancel_key" is its opposite; if
 * there are none, the next one, so that it does not matter which of two threads comes first: keys are the caller's own
 * choice, each best used once (of those that met no call, the latest 1024 are remembered). Does not wait: what was stopped still returns, or comes out of hostbill_client_next(),
 * as HOSTBILL_ERROR_CANCELLED, or as HOSTBILL_ERROR_OUTCOME_UNKNOWN when a request that must not be repeated had left.
 *
 * 0: done, also when that submission had already finished. HOSTBILL_ERROR_USAGE: not a client, a closed one, or a
 * number above 0 that was never given out.
 *
 *     status = hostbill_client_call(client, "services.list", NULL, "{\"cancel_key\":7}", &out);   in one thread
 *     hostbill_client_cancel(client, -7);                                                         in another
 */
HOSTBILL_API int hostbill_client_cancel(hostbill_client *client, int64_t id);

/*
 * Stops everything, as cancel with 0 does, and refuses new work from then on. May be repeated; does not wait. Answers
 * to earlier submissions can still be taken. NULL is ignored.
 */
HOSTBILL_API void hostbill_client_close(hostbill_client *client);

/*
 * Closes the client, waits until what was stopped has returned, and releases everything, answers that were not taken
 * included. NULL is ignored. Not to be called from the log callback.
 */
HOSTBILL_API void hostbill_client_free(hostbill_client *client);

/* ---- Strings, log, leaks ---- */

/* Releases a string that this library returned. What it held is overwritten first. NULL is ignored. */
HOSTBILL_API void hostbill_string_free(char *string);

/*
 * Sets where one line per request goes, for all clients of the process; NULL, as at first, means nowhere. A line is
 * a JSON object without a line break: {"time":"2026-01-31T12:00:00.000Z","portal":"time4vps","operation":"domains.get",
 * "method":"GET","path":"/domain/{domain_id}","status":"ok","http_status":200,"attempt":1,"elapsed_ms":42,
 * "waited_ms":0}. Logins and refreshes have lines too; a call that sends nothing has none. Names of operations and
 * classes only: no values of parameters, no credentials, no texts of the portal.
 *
 * The callback runs on the thread that makes the request, also on several at once, and must not call a function that
 * takes a client. The line is valid until it returns. After this function returns, a request already under way may
 * still be finishing with the callback before: keep user alive until such calls have returned.
 *
 *     static void print(void *user, const char *line) { fprintf((FILE *)user, "%s\n", line); }
 *     hostbill_set_log(print, stderr);
 */
HOSTBILL_API void hostbill_set_log(hostbill_log_callback callback, void *user);

/*
 * Sets what calls of the calling thread ask while they wait; NULL, as at first, means nothing. For languages whose own
 * signals and exceptions have to be looked at now and then: a call asks on its own thread, at least every 100 ms and when
 * a signal has interrupted its wait, and stops, as hostbill_client_cancel() would stop it, when the answer is not 0. A
 * call goes by what was set when it began. Submissions, which wait on other threads, ask nothing.
 *
 * The callback may call any function but hostbill_client_free() with the client of the call. It has to return; leaving
 * by longjmp() or an exception is not allowed.
 *
 *     static int asked(void *user) { return *(volatile sig_atomic_t *)user; }
 *     hostbill_set_interrupt(asked, &stop);
 */
HOSTBILL_API void hostbill_set_interrupt(hostbill_interrupt_callback callback, void *user);

/* How many clients and strings of this process are not freed yet: 0 at the end of a program without leaks. */
HOSTBILL_API int64_t hostbill_live_objects(void);

#ifdef __cplusplus
}
#endif

#endif
