/* SPDX-License-Identifier: MIT */
#include "cli/base/exit_status.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void results_have_the_numbers_of_the_manual(void **state)
{
    static const struct {
        enum sockfeed_result result;
        int status;
    } rows[] = {
        {SOCKFEED_OK,          0 },
        {SOCKFEED_MORE,        1 },
        {SOCKFEED_AGAIN,       1 },
        {SOCKFEED_NOMEM,       27},
        {SOCKFEED_INVALID,     2 },
        {SOCKFEED_STATE,       1 },
        {SOCKFEED_SYSTEM,      1 },
        {SOCKFEED_FULL,        1 },
        {SOCKFEED_RESOLVE,     6 },
        {SOCKFEED_CONNECT,     7 },
        {SOCKFEED_TIMEOUT,     28},
        {SOCKFEED_TLS,         35},
        {SOCKFEED_CERTIFICATE, 60},
        {SOCKFEED_CA_FILE,     77},
        {SOCKFEED_REFUSED,     22},
        {SOCKFEED_PROTOCOL,    8 },
        {SOCKFEED_TOO_LARGE,   63},
        {SOCKFEED_NAMESPACE,   67},
        {SOCKFEED_LOST,        56},
        {SOCKFEED_CLOSED,      56},
        {SOCKFEED_PROXY_NAME,  5 },
        {SOCKFEED_PROXY,       97},
        {SOCKFEED_INTERFACE,   45},
        {SOCKFEED_REDIRECTS,   47},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(exit_status_of(rows[i].result), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_have_the_numbers_of_the_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
