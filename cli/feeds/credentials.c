/* SPDX-License-Identifier: MIT */
#include "cli/feeds/credentials.h"

#include "base/buf.h"
#include "base/limits.h"
#include "cli/base/diag.h"
#include "cli/base/file.h"
#include "cli/options/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const names[CREDENTIALS_COUNT] = {
    [CREDENTIALS_AUTH] = "--auth-command",
    [CREDENTIALS_HEADER] = "--header-command",
};

static const char *text_of(const struct credential_options *options, int which)
{
    return which == CREDENTIALS_AUTH ? options->auth_command
                                     : options->header_command;
}

bool credentials_wanted(const struct credential_options *options)
{
    return options->auth_command != NULL || options->header_command != NULL;
}

static void cancel(struct credentials *credentials)
{
    for (int i = 0; i < CREDENTIALS_COUNT; i++) {
        command_free(credentials->commands[i]);
        credentials->commands[i] = NULL;
    }
    sockfeed_options_free(credentials->fresh);
    credentials->fresh = NULL;
}

void credentials_deinit(struct credentials *credentials)
{
    cancel(credentials);
}

/* ---- Failing ----------------------------------------------------------- */

static void decline(struct credentials *credentials, int which,
                    enum sockfeed_result result, const char *reason)
{
    char text[400];

    (void)snprintf(text, sizeof text, "%s %s", names[which], reason);
    sockfeed_client_decline(credentials->client, credentials->connection,
                            result == SOCKFEED_TIMEOUT ||
                                    result == SOCKFEED_NOMEM
                                ? result
                                : SOCKFEED_SYSTEM,
                            text);
    cancel(credentials);
}

static void tell_errors(const struct credentials *credentials, int which,
                        struct span errors)
{
    struct span line;

    while (file_line(&errors, &line)) {
        diag_line("%s: %s: %.*s", credentials->url, names[which],
                  (int)line.size, line.data);
    }
}

/* ---- Taking what was written ------------------------------------------- */

/* A setter wants a text that ends. The reason never holds the text. */
static enum sockfeed_result set(struct credentials *credentials,
                                enum sockfeed_option option, struct span text)
{
    struct buf copy;
    enum sockfeed_result result = SOCKFEED_NOMEM;

    if (span_find(text, '\0') < text.size) {
        return SOCKFEED_PROTOCOL;
    }
    buf_init(&copy, (size_t)LIMIT_COMMAND_OUTPUT + 1);
    buf_append_span(&copy, text);
    if (buf_text(&copy) != NULL) {
        result = sockfeed_options_set_text(credentials->fresh, option,
                                           buf_text(&copy));
    }
    buf_wipe(&copy);
    return result;
}

static enum sockfeed_result set_headers(struct credentials *credentials,
                                        struct span lines)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct span line;

    while (result == SOCKFEED_OK && file_line(&lines, &line)) {
        if (span_trim(line).size > 0) {
            result = set(credentials, SOCKFEED_OPTION_HEADER, line);
        }
    }
    return result;
}

static void refuse(struct credentials *credentials, int which,
                   enum sockfeed_result result)
{
    char reason[300];

    (void)snprintf(reason, sizeof reason, "wrote what cannot be used: %s",
                   result == SOCKFEED_INVALID
                       ? sockfeed_options_failure(credentials->fresh)
                   : result == SOCKFEED_PROTOCOL
                       ? "expected text without NUL bytes"
                       : sockfeed_result_text(result));
    decline(credentials, which, result, reason);
}

static void go_on(struct credentials *credentials)
{
    enum sockfeed_result result;

    for (int i = 0; i < CREDENTIALS_COUNT; i++) {
        if (credentials->commands[i] != NULL) {
            return;
        }
    }
    /* What is refused is a failed try, which the client tells. */
    result = sockfeed_client_prepare(
        credentials->client, credentials->connection, credentials->fresh);
    (void)result;
    cancel(credentials);
}

static void end(struct credentials *credentials, int which,
                const struct command_end *how)
{
    enum sockfeed_result result = how->result;

    if (result != SOCKFEED_OK) {
        tell_errors(credentials, which, how->errors);
        decline(credentials, which, result, how->reason);
        return;
    }
    result = which == CREDENTIALS_AUTH ? set(credentials, SOCKFEED_OPTION_AUTH,
                                             span_trim(how->output))
                                       : set_headers(credentials, how->output);
    if (result != SOCKFEED_OK) {
        refuse(credentials, which, result);
        return;
    }
    command_free(credentials->commands[which]);
    credentials->commands[which] = NULL;
    go_on(credentials);
}

static void on_auth(void *user, const struct command_end *how)
{
    end(user, CREDENTIALS_AUTH, how);
}

static void on_header(void *user, const struct command_end *how)
{
    end(user, CREDENTIALS_HEADER, how);
}

/* ---- Beginning --------------------------------------------------------- */

static enum sockfeed_result start(struct credentials *credentials, int which)
{
    const char *text = text_of(credentials->options, which);
    char reason[200];
    enum sockfeed_result result;

    if (text == NULL) {
        return SOCKFEED_OK;
    }
    result = command_new(&credentials->commands[which], credentials->loop, text,
                         credentials->options->timeout,
                         which == CREDENTIALS_AUTH ? on_auth : on_header,
                         credentials);
    if (result != SOCKFEED_OK) {
        (void)snprintf(reason, sizeof reason, "cannot be run: %s",
                       result == SOCKFEED_SYSTEM
                           ? strerror(errno)
                           : sockfeed_result_text(result));
        decline(credentials, which, result, reason);
    }
    return result;
}

void credentials_prepare(struct credentials *credentials, unsigned connection)
{
    cancel(credentials);
    credentials->connection = connection;
    credentials->fresh = sockfeed_options_new();
    if (credentials->fresh == NULL) {
        decline(credentials, CREDENTIALS_AUTH, SOCKFEED_NOMEM,
                "cannot be run: out of memory");
    } else if (start(credentials, CREDENTIALS_AUTH) == SOCKFEED_OK) {
        (void)!start(credentials, CREDENTIALS_HEADER);
    }
}
