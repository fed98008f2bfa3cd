/*
 * Opens libcurl before libhostbill does, so that it uses the OpenSSL that it was made for.
 *
 * Node contains an OpenSSL and exports it, and what is loaded into a program looks there first: libcurl would take half
 * of its functions from Node and half from its own libssl. RTLD_DEEPBIND makes it, and what it needs, look among
 * themselves first. libhostbill itself must not be opened that way: it is C++, and would then have other static members
 * of the standard library than Node, which may hold copies of them.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <node_api.h>

#ifdef RTLD_DEEPBIND
#define FLAGS (RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)
#else
#define FLAGS (RTLD_NOW | RTLD_LOCAL)
#endif

NAPI_MODULE_INIT() {
    (void)env;
    /* It stays open. Where there is none of that name, libhostbill brings its own, or says what it misses. */
    (void)dlopen("libcurl.so.4", FLAGS);
    return exports;
}
