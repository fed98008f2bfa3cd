/* Bare libcurl with many requests in flight: a curl_multi whose easy handles are used again as soon as they are done. Once
 * in the plain way, perform and poll, and once driven by epoll, which asks only for the sockets that have something. */
#include "contestant.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct slot {
    CURL *handle;
    struct text body;
};

static CURLM *many;
static struct slot *slots, *latest;
static int slot_count, epoll, failed;
static long to_start, to_finish, timeout_ms = -1;

static void begin(struct slot *slot) {
    --to_start;
    text_clear(&slot->body);
    curl_multi_add_handle(many, slot->handle);
}

/* Takes what is done, and puts the next requests in its place; how many were. */
static int collect(void) {
    int left, done = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(many, &left)) != NULL;) {
        long status = 0;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&latest);
        curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        failed |= message->data.result != CURLE_OK || status != 200;
        curl_multi_remove_handle(many, message->easy_handle);
        --to_finish;
        ++done;
        if (to_start > 0)
            begin(latest);
    }
    return done;
}

static void begin_all(long calls) {
    to_start = to_finish = calls;
    failed = 0;
    for (int i = 0; i < slot_count && to_start > 0; ++i)
        begin(&slots[i]);
}

static int open_many(const struct settings *settings) {
    many = curl_multi_init();
    slot_count = settings->in_flight;
    slots = calloc((size_t)slot_count, sizeof *slots);
    for (int i = 0; i < slot_count; ++i) {
        CURL *handle = slots[i].handle = curl_easy_init();
        curl_easy_setopt(handle, CURLOPT_URL, settings->url);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, text_append);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &slots[i].body);
        curl_easy_setopt(handle, CURLOPT_PRIVATE, &slots[i]);
        curl_easy_setopt(handle, CURLOPT_PIPEWAIT, settings->ca_file != NULL); /* HTTP/2 is one connection. */
        if (settings->ca_file != NULL)
            curl_easy_setopt(handle, CURLOPT_CAINFO, settings->ca_file);
    }
    return 0;
}

static int perform(long calls) {
    int running;
    begin_all(calls);
    while (to_finish > 0 && !failed) {
        curl_multi_perform(many, &running);
        if (collect() == 0)
            curl_multi_poll(many, NULL, 0, 1000, NULL);
    }
    return failed;
}

static int on_socket(CURL *handle, curl_socket_t socket, int what, void *user, void *known) {
    (void)handle, (void)user;
    struct epoll_event event = {.data.fd = socket};
    if (what == CURL_POLL_REMOVE)
        return epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL) < 0 ? 0 : 0; /* It may be closed already. */
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    if (epoll_ctl(epoll, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) != 0)
        return -1;
    curl_multi_assign(many, socket, &epoll);
    return 0;
}

static int on_timer(CURLM *multi_handle, long wanted_ms, void *user) {
    (void)multi_handle, (void)user;
    timeout_ms = wanted_ms;
    return 0;
}

static int open_epoll(const struct settings *settings) {
    open_many(settings);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    curl_multi_setopt(many, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(many, CURLMOPT_TIMERFUNCTION, on_timer);
    return epoll < 0;
}

static int perform_epoll(long calls) {
    struct epoll_event events[64];
    int running;
    begin_all(calls);
    while (to_finish > 0 && !failed) {
        const int count = timeout_ms == 0 ? 0 : epoll_wait(epoll, events, 64, timeout_ms < 0 ? 1000 : (int)timeout_ms);
        for (int i = 0; i < count; ++i) {
            const int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                             (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0);
            curl_multi_socket_action(many, events[i].data.fd, what, &running);
        }
        if (count == 0) {
            timeout_ms = -1;
            curl_multi_socket_action(many, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        collect();
    }
    return failed;
}

static const char *last(void) { return latest->body.bytes; }

static void close_many(void) {
    for (int i = 0; i < slot_count; ++i) {
        curl_easy_cleanup(slots[i].handle);
        free(slots[i].body.bytes);
    }
    curl_multi_cleanup(many);
    free(slots);
}

const struct contestant multi = {"multi", open_many, perform, last, close_many};
const struct contestant multi_epoll = {"multi_epoll", open_epoll, perform_epoll, last, close_many};
