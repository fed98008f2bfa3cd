/* What a contestant in C is: it opens once, then performs calls as often as it is asked to. ../README.md has the protocol. */
#ifndef CONTESTANT_H
#define CONTESTANT_H

#include <stddef.h>

struct settings {
    const char *base_url; /* of the portal */
    const char *url;      /* of what "invoices.list" asks for */
    const char *ca_file;  /* NULL without TLS */
    const char *options;  /* options_json of our calls, or NULL */
    int in_flight;
};

/* A text that grows and is used again. */
struct text {
    char *bytes;
    size_t length, room;
};

struct contestant {
    const char *name;
    int (*open)(const struct settings *settings); /* 0: good */
    int (*call)(long calls);                      /* 0: all of them were answered */
    const char *(*last)(void);                    /* the text of the last answer */
    void (*close)(void);
};

extern const struct contestant easy, easy_first, easy_create, multi, multi_epoll;
extern const struct contestant call, call_first, create, submit, keep_clients, keep_requests;

/* libcurl's write function for a struct text; and emptying it. */
size_t text_append(char *data, size_t size, size_t count, void *text);
void text_clear(struct text *text);

#endif
