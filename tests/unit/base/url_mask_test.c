/* SPDX-License-Identifier: MIT */
#include "base/url_mask.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    const char *url;
    const char *shown;
};

static void check(void (*mask)(struct buf *, struct span),
                  const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out;

        /* Where nothing more fits than may be needed. */
        buf_init(&out, url_mask_most(strlen(rows[i].url)));
        mask(&out, span_text(rows[i].url));
        assert_string_equal(buf_text(&out), rows[i].shown);
        buf_deinit(&out);
    }
}

static void passwords_are_masked_in_what_was_typed(void **state)
{
    static const struct row rows[] = {
        {"ws://h:80/a:b@c",               "ws://h:80/a:b@c"           },
        {"wss://user:secret@h/x?y=a:b@c", "wss://user:***@h/x?y=a:b@c"},
        {"ws://user@h/",                  "ws://user@h/"              },
        {"ws://user@h:80/",               "ws://user@h:80/"           },
        {"ws://u:a@b:c@h",                "ws://u:***@h"              },
        {"ws://u:p@[::1]:80?x",           "ws://u:***@[::1]:80?x"     },
        {"ws://:p@h#f",                   "ws://:***@h#f"             },
        {"ws://:@h",                      "ws://:***@h"               },
        {"u:p@h",                         "u:***@h"                   },
        {"",                              ""                          },
    };

    (void)state;
    check(url_mask_password, rows, sizeof rows / sizeof rows[0]);
}

static void values_of_queries_are_masked_in_what_a_server_says(void **state)
{
    static const struct row rows[] = {
        {"https://h/a?token=x&EIO=4&transport=polling&b",
         "https://h/a?token=***&EIO=4&transport=polling&b"                          },
        {"/a?x=1",                                        "/a?x=***"                },
        {"?x=1=2&&y=",                                    "?x=***&&y=***"           },
        {"?=&=&=",                                        "?=***&=***&=***"         },
        {"//u:p@h/?q=u:p@h",                              "//u:***@h/?q=***"        },
        {"http://u:p@h?a=1#access_token=x?y=z",           "http://u:***@h?a=***#***"},
        {"#",                                             "#***"                    },
        {"a/b",                                           "a/b"                     },
        {"",                                              ""                        },
    };

    (void)state;
    check(url_mask_secrets, rows, sizeof rows / sizeof rows[0]);
}

static void a_copy_is_one_line_that_fits(void **state)
{
    char text[12];

    (void)state;
    url_mask_copy(text, sizeof text, span_text("/a\n?b=c"));
    assert_string_equal(text, "/a??b=***");
    url_mask_copy(text, sizeof text, span_text("/0123456789?b=c"));
    assert_string_equal(text, "/0123456789");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_masked_in_what_was_typed),
        cmocka_unit_test(values_of_queries_are_masked_in_what_a_server_says),
        cmocka_unit_test(a_copy_is_one_line_that_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
