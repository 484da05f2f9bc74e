/* SPDX-License-Identifier: MIT */
#include "net/tls_ciphers.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/result.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

/* The list, taken apart by the versions it speaks of. */
struct lists {
    struct buf suites;  /* TLS 1.3 */
    struct buf ciphers; /* TLS 1.2 */
};

static void add(struct buf *list, struct span name)
{
    if (list->size > 0) {
        buf_append_byte(list, ':');
    }
    buf_append_span(list, name);
}

/* Each name is tried by itself, on a context that is thrown away. What stands
 * before a name (`!`, `-`, `+`) says what to do with it, `@` commands. */
static bool is_known(SSL_CTX *scratch, struct span name, bool suite)
{
    struct buf text;
    bool known;

    while (name.size > 0 && span_find(span_text("!-+"), name.data[0]) < 3) {
        name = span_skip(name, 1);
    }
    buf_init(&text, LIMIT_CIPHERS);
    buf_append_span(&text, name);
    if (buf_text(&text) == NULL) {
        return false;
    }
    known = suite ? SSL_CTX_set_ciphersuites(scratch, text.data) == 1
                  : span_starts(name, "@") ||
                        SSL_CTX_set_cipher_list(scratch, text.data) == 1;
    buf_deinit(&text);
    ERR_clear_error();
    return known && name.size > 0;
}

static enum sockfeed_result take_apart(struct lists *lists, SSL_CTX *scratch,
                                       struct span rest,
                                       struct sockfeed_failure *failure)
{
    bool more = true;

    while (more) {
        size_t end = span_find(rest, ':');
        struct span name = span_of(rest.data, end);
        bool suite = span_starts(name, "TLS_");

        if (!is_known(scratch, name, suite)) {
            return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_NONE,
                               "the cipher '%.*s' is not known to OpenSSL",
                               (int)name.size, name.data);
        }
        add(suite ? &lists->suites : &lists->ciphers, name);
        more = end < rest.size;
        rest = span_skip(rest, more ? end + 1 : end);
    }
    return SOCKFEED_OK;
}

/* An empty list leaves things as they are. */
static bool apply(SSL_CTX *context, struct lists *lists)
{
    const char *suites = buf_text(&lists->suites);
    const char *ciphers = buf_text(&lists->ciphers);

    return suites != NULL && ciphers != NULL &&
           (suites[0] == '\0' ||
            SSL_CTX_set_ciphersuites(context, suites) == 1) &&
           (ciphers[0] == '\0' ||
            SSL_CTX_set_cipher_list(context, ciphers) == 1);
}

enum sockfeed_result tls_ciphers_use(struct ssl_ctx_st *context,
                                     const char *ciphers,
                                     struct sockfeed_failure *failure)
{
    struct lists lists;
    SSL_CTX *scratch;
    enum sockfeed_result result;

    if (ciphers == NULL) {
        return SOCKFEED_OK;
    }
    scratch = SSL_CTX_new(TLS_client_method());
    if (scratch == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    buf_init(&lists.suites, LIMIT_CIPHERS);
    buf_init(&lists.ciphers, LIMIT_CIPHERS);
    result = take_apart(&lists, scratch, span_text(ciphers), failure);
    if (result == SOCKFEED_OK && !apply(context, &lists)) {
        result = failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_NONE,
                             "the ciphers '%s' leave none to offer", ciphers);
    }
    buf_deinit(&lists.suites);
    buf_deinit(&lists.ciphers);
    SSL_CTX_free(scratch);
    ERR_clear_error();
    return result;
}
