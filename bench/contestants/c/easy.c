/* Bare libcurl: one easy handle, used again and again, and the answer's text. What every other contestant is measured by. */
#include "contestant.h"

#include <curl/curl.h>

static CURL *handle;
static struct text body;
static const struct settings *kept;

static int open_handle(const struct settings *settings) {
    kept = settings;
    handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, settings->url);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, text_append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    if (settings->ca_file != NULL)
        curl_easy_setopt(handle, CURLOPT_CAINFO, settings->ca_file);
    return 0;
}

static int perform(long calls) {
    while (calls-- > 0) {
        long status = 0;
        text_clear(&body);
        if (curl_easy_perform(handle) != CURLE_OK)
            return 1;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200)
            return 1;
    }
    return 0;
}

/* A handle for each call. */
static int first_calls(long calls) {
    while (calls-- > 0) {
        if (open_handle(kept) != 0 || perform(1) != 0)
            return 1;
        curl_easy_cleanup(handle);
        handle = NULL;
    }
    return 0;
}

static int creations(long calls) {
    while (calls-- > 0) {
        open_handle(kept);
        curl_easy_cleanup(handle);
        handle = NULL;
    }
    return 0;
}

static int prepare(const struct settings *settings) {
    kept = settings;
    return 0;
}

static const char *last(void) { return body.bytes; }

static void close_handle(void) { curl_easy_cleanup(handle); }

const struct contestant easy = {"easy", open_handle, perform, last, close_handle};
const struct contestant easy_first = {"easy_first", prepare, first_calls, last, close_handle};
const struct contestant easy_create = {"easy_create", prepare, creations, last, close_handle};
