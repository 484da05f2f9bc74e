/* SPDX-License-Identifier: MIT */
#include "net/no_proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void goes_by_curls_rules(void **state)
{
    static const struct {
        const char *list;
        const char *host;
        bool has;
    } rows[] = {
        {"",                 "h.example",       false},
        {"*",                "h.example",       true },
        {" * ",              "::1",             true },
        {"*,x",              "h.example",       false},
        {"*.example",        "h.example",       false},
        {"h.example",        "h.example",       true },
        {"H.Example",        "h.eXample",       true },
        {"example",          "h.example",       true },
        {".example",         "h.example",       true },
        {".h.example",       "h.example",       true },
        {"h.example.",       "h.example",       true },
        {"h.example",        "h.example.",      true },
        {"ample",            "h.example",       false},
        {"h.example",        "example",         false},
        {"h.example",        "xh.example",      false},
        {".",                "h.example",       false},
        {"a,b c\texample,d", "h.example",       true },
        {",, ,h.example",    "h.example",       true },
        {"a,b",              "h.example",       false},
        {"127.0.0.1",        "127.0.0.1",       true },
        {"127.0.0.1",        "127.0.0.11",      false},
        {"0.0.1",            "127.0.0.1",       false},
        {"10.0.0.0/8",       "10.1.2.3",        true },
        {"10.0.0.0/8",       "11.1.2.3",        false},
        {"10.0.0.0/9",       "10.128.0.0",      false},
        {"10.0.0.0/9",       "10.127.0.0",      true },
        {"10.0.0.0/0",       "11.1.2.3",        true },
        {"10.0.0.0/33",      "10.0.0.0",        false},
        {"10.0.0.0/",        "10.0.0.0",        false},
        {"10.0.0.0/x",       "10.0.0.0",        false},
        {"::1",              "::1",             true },
        {"[::1]",            "::1",             true },
        {"0:0:0:0:0:0:0:1",  "::1",             true },
        {"2001:db8::/32",    "2001:db8:5::1",   true },
        {"2001:db8::/33",    "2001:db8:8000::", false},
        {"::/128",           "::1",             false},
        {"127.0.0.1",        "::ffff:7f00:1",   false},
        {"127.0.0.1",        "h.example",       false},
        {"0.0.0.0/0",        "h.example",       false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            no_proxy_has(span_text(rows[i].list), span_text(rows[i].host)),
            rows[i].has);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_by_curls_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
