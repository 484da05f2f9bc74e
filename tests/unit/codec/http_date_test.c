/* SPDX-License-Identifier: MIT */
#include "codec/http_date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void reads_the_forms_that_servers_write(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"Thu, 01 Jan 1970 00:00:00 GMT",      0           },
        {"Sun, 06 Nov 1994 08:49:37 GMT",      784111777   },
        {"Sunday, 06-Nov-94 08:49:37 GMT",     784111777   },
        {"Sun Nov  6 08:49:37 1994",           784111777   },
        {"Wed, 09-Jun-2021 10:18:14 GMT",      1623233894  },
        {"1994 nov 6 8:49:37",                 784111777   },
        {"Tue, 29 Feb 2000 23:59:59 GMT",      951868799   },
        {"Mon, 31 Dec 2029 23:59:59 -0800",    1893455999  },
        {"Fri, 31 Dec 9999 23:59:59 GMT",      253402300799},
        {"Mon, 01 Jan 1601 00:00:00 GMT",      -11644473600},
        {"1 Jan 69 0:0:0",                     3124224000  },
        {"1 Jan 70 0:0:0",                     0           },
        {"06th November 1994x 08:49:37.5 GMT", 784111777   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = -1;

        assert_int_equal(http_date_parse(&seconds, span_text(cases[i].text)),
                         SOCKFEED_OK);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void refuses_what_is_no_date(void **state)
{
    static const char *const cases[] = {
        "",
        "0",
        "tomorrow",
        "Sun, 06 Nov 1994",
        "08:49:37 Nov 1994",
        "06 1994 08:49:37",
        "06 Nov 08:49:37",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 23:60:00 GMT",
        "Sun, 06 Nov 1994 23:59:60 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 32 Dec 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Mon, 29 Feb 1900 08:49:37 GMT",
        "Sun, 06 Nov 1600 08:49:37 GMT",
        "Sun, 06 Nov 19945 08:49:37 GMT",
        "Sun, 06 Nov 1994 008:49:37 GMT",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = -1;

        assert_int_equal(http_date_parse(&seconds, span_text(cases[i])),
                         SOCKFEED_INVALID);
        assert_int_equal(seconds, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_forms_that_servers_write),
        cmocka_unit_test(refuses_what_is_no_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
