/* SPDX-License-Identifier: MIT */
#include "cli/report/hint.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Hints at `part`; NULL: where nothing is known. */
static void check(const struct sockfeed_failure *failure,
                  enum sockfeed_protocol protocol, const char *part)
{
    const char *hint = hint_for(failure, protocol);

    if (part == NULL) {
        assert_null(hint);
    } else {
        assert_non_null(hint);
        if (strstr(hint, part) == NULL) {
            fail_msg("\"%s\" is not in \"%s\"", part, hint);
        }
    }
}

static void check_both(const struct sockfeed_failure *failure, const char *sio,
                       const char *ws)
{
    check(failure, SOCKFEED_PROTOCOL_SIO, sio);
    check(failure, SOCKFEED_PROTOCOL_WS, ws);
}

static void a_status_says_what_to_try(void **state)
{
    static const struct {
        int status;
        const char *sio, *ws;
    } rows[] = {
        {200, "no WebSocket", "no WebSocket"   },
        {301, "no place",     "no place"       },
        {400, "--eio 3",      "Socket.IO?"     },
        {401, "credentials",  "credentials"    },
        {403, "--origin",     "--origin"       },
        {404, "--path",       "nothing at this"},
        {407, "the proxy",    "the proxy"      },
        {418, NULL,           NULL             },
        {426, "ws://",        "no WebSocket"   },
        {429, "too many",     "too many"       },
        {500, "in trouble",   "in trouble"     },
        {502, "behind it",    "behind it"      },
        {503, "behind it",    "behind it"      },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sockfeed_failure failure = {.result = SOCKFEED_REFUSED,
                                                 .stage =
                                                     SOCKFEED_STAGE_HANDSHAKE,
                                                 .http_status = rows[i].status};

        check_both(&failure, rows[i].sio, rows[i].ws);
    }
}

static void what_servers_say_is_known(void **state)
{
    static const struct {
        const char *said, *hint;
    } rows[] = {
        {"{\"code\":5,\"message\":\"Unsupported protocol version\"}", "--eio"      },
        {"{\"code\":0,\"message\":\"Transport unknown\"}",            "--transport"},
        {"{\"code\":1,\"message\":\"Session ID unknown\"}",           "sticky"     },
        {"{\"code\":3,\"message\":\"Bad request\"}",                  "--origin"   },
        {"Invalid namespace",                                         "--path"     },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockfeed_failure failure = {.result = SOCKFEED_REFUSED,
                                           .stage = SOCKFEED_STAGE_HANDSHAKE,
                                           .http_status = 400};

        (void)snprintf(failure.text, sizeof failure.text,
                       "the server answered 400 Bad Request: %s", rows[i].said);
        check(&failure, SOCKFEED_PROTOCOL_SIO, rows[i].hint);
    }
}

static void a_timeout_is_judged_by_its_stage(void **state)
{
    static const struct {
        enum sockfeed_stage stage;
        const char *sio, *ws;
    } rows[] = {
        {SOCKFEED_STAGE_RESOLVE,   "DNS",        "DNS"       },
        {SOCKFEED_STAGE_CONNECT,   "firewall",   "firewall"  },
        {SOCKFEED_STAGE_PROXY,     "proxy",      "proxy"     },
        {SOCKFEED_STAGE_TLS,       "for TLS",    "for TLS"   },
        {SOCKFEED_STAGE_HANDSHAKE, "right port", "right port"},
        {SOCKFEED_STAGE_OPEN,      "try ws://",  NULL        },
        {SOCKFEED_STAGE_STREAM,    NULL,         NULL        },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sockfeed_failure failure = {.result = SOCKFEED_TIMEOUT,
                                                 .stage = rows[i].stage};

        check_both(&failure, rows[i].sio, rows[i].ws);
    }
}

static void a_connection_that_fails_is_judged_by_its_error(void **state)
{
    static const struct {
        int error;
        const char *hint;
    } rows[] = {
        {ECONNREFUSED, "right port"  },
        {ENOENT,       "right path"  },
        {EHOSTUNREACH, "that network"},
        {ENETUNREACH,  "that network"},
        {ETIMEDOUT,    "firewall"    },
        {EACCES,       NULL          },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sockfeed_failure failure = {.result = SOCKFEED_CONNECT,
                                                 .stage =
                                                     SOCKFEED_STAGE_CONNECT,
                                                 .system_error = rows[i].error};

        check_both(&failure, rows[i].hint, rows[i].hint);
    }
}

static void a_cause_says_more_than_a_result(void **state)
{
    static const struct {
        enum sockfeed_result result;
        enum sockfeed_stage stage;
        enum sockfeed_cause cause;
        const char *sio, *ws;
    } rows[] = {
        {SOCKFEED_RESOLVE,         SOCKFEED_STAGE_RESOLVE,
         SOCKFEED_CAUSE_NO_NAME_SERVER,                                                  "DNS", "DNS"           },
        {SOCKFEED_RESOLVE,         SOCKFEED_STAGE_RESOLVE,   SOCKFEED_CAUSE_FAMILY,
         "-4 and -6",                                                                           "-4 and -6"     },
        {SOCKFEED_RESOLVE,         SOCKFEED_STAGE_RESOLVE,   SOCKFEED_CAUSE_OTHER,
         "spelt",                                                                               "spelt"         },
        {SOCKFEED_LOST,            SOCKFEED_STAGE_HANDSHAKE, SOCKFEED_CAUSE_UNANSWERED,
         "https:// or wss://",                                                                  "Socket.IO"     },
        {SOCKFEED_LOST,            SOCKFEED_STAGE_HANDSHAKE, SOCKFEED_CAUSE_OTHER,       NULL,
         "Socket.IO"                                                                                            },
        {SOCKFEED_LOST,            SOCKFEED_STAGE_STREAM,    SOCKFEED_CAUSE_OTHER,       NULL,
         NULL                                                                                                   },
        {SOCKFEED_CERTIFICATE,     SOCKFEED_STAGE_TLS,       SOCKFEED_CAUSE_SELF_SIGNED,
         "--pinnedpubkey",                                                                      "--pinnedpubkey"},
        {SOCKFEED_OWN_CERTIFICATE, SOCKFEED_STAGE_NONE,      SOCKFEED_CAUSE_PKCS12,
         "openssl pkcs12",                                                                      "openssl pkcs12"},
        {SOCKFEED_PROTOCOL,        SOCKFEED_STAGE_OPEN,      SOCKFEED_CAUSE_OTHER,
         "try ws://",                                                                           NULL            },
        {SOCKFEED_PROTOCOL,        SOCKFEED_STAGE_HANDSHAKE, SOCKFEED_CAUSE_OTHER,
         "right port",                                                                          "right port"    },
        {SOCKFEED_NAMESPACE,       SOCKFEED_STAGE_OPEN,      SOCKFEED_CAUSE_OTHER,
         "--auth",                                                                              "--auth"        },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sockfeed_failure failure = {.result = rows[i].result,
                                                 .stage = rows[i].stage,
                                                 .cause = rows[i].cause};

        check_both(&failure, rows[i].sio, rows[i].ws);
    }
}

static void what_a_proxy_refuses_has_hints_of_its_own(void **state)
{
    static const struct {
        enum sockfeed_result result;
        enum sockfeed_cause cause;
        int status;
        const char *hint;
    } rows[] = {
        {SOCKFEED_PROXY,       SOCKFEED_CAUSE_PROXY_LOGIN, 407, "USER:PASSWORD"     },
        {SOCKFEED_PROXY,       SOCKFEED_CAUSE_NO_PROXY,    0,   "of that kind"      },
        {SOCKFEED_PROXY,       SOCKFEED_CAUSE_OTHER,       403, "rules"             },
        {SOCKFEED_PROXY,       SOCKFEED_CAUSE_OTHER,       503, "cannot reach"      },
        {SOCKFEED_PROXY,       SOCKFEED_CAUSE_OTHER,       0,   NULL                },
        {SOCKFEED_CERTIFICATE, SOCKFEED_CAUSE_SELF_SIGNED, 0,
         "--cacert FILE trusts it, -k"                                              },
        {SOCKFEED_CERTIFICATE, SOCKFEED_CAUSE_WRONG_HOST,  0,   "--proxy wants"     },
        {SOCKFEED_TLS,         SOCKFEED_CAUSE_NO_TLS,      0,   "http:// in --proxy"},
        {SOCKFEED_CERTIFICATE, SOCKFEED_CAUSE_EXPIRED,     0,   "clock"             },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sockfeed_failure failure = {.result = rows[i].result,
                                                 .stage = SOCKFEED_STAGE_PROXY,
                                                 .cause = rows[i].cause,
                                                 .http_status = rows[i].status};

        check_both(&failure, rows[i].hint, rows[i].hint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_says_what_to_try),
        cmocka_unit_test(what_servers_say_is_known),
        cmocka_unit_test(a_timeout_is_judged_by_its_stage),
        cmocka_unit_test(a_connection_that_fails_is_judged_by_its_error),
        cmocka_unit_test(a_cause_says_more_than_a_result),
        cmocka_unit_test(what_a_proxy_refuses_has_hints_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
