/* SPDX-License-Identifier: MIT */
#include "base/url_reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_resolves(const char *target, const char *reference,
                            const char *expected)
{
    struct buf buf;

    buf_init(&buf, 1000);
    url_reference_append(&buf, span_text("http://a:81"), span_text(target),
                         span_text(reference));
    assert_string_equal(buf_text(&buf), expected);
    buf_deinit(&buf);
}

/* RFC 3986, 5.4, without "g:h", for which schemes are not ours to know, and
 * without fragments. */
static void resolves_the_examples_of_the_rfc(void **state)
{
    static const char *const rows[][2] = {
        {"g",          "/b/c/g"       },
        {"./g",        "/b/c/g"       },
        {"g/",         "/b/c/g/"      },
        {"/g",         "/g"           },
        {"?y",         "/b/c/d;p?y"   },
        {"g?y",        "/b/c/g?y"     },
        {"g#s",        "/b/c/g"       },
        {"g?y#s",      "/b/c/g?y"     },
        {";x",         "/b/c/;x"      },
        {"g;x",        "/b/c/g;x"     },
        {"",           "/b/c/d;p?q"   },
        {"#s",         "/b/c/d;p?q"   },
        {".",          "/b/c/"        },
        {"./",         "/b/c/"        },
        {"..",         "/b/"          },
        {"../",        "/b/"          },
        {"../g",       "/b/g"         },
        {"../..",      "/"            },
        {"../../",     "/"            },
        {"../../g",    "/g"           },
        {"../../../g", "/g"           },
        {"/./g",       "/g"           },
        {"/../g",      "/g"           },
        {"g.",         "/b/c/g."      },
        {".g",         "/b/c/.g"      },
        {"g..",        "/b/c/g.."     },
        {"..g",        "/b/c/..g"     },
        {"./../g",     "/b/g"         },
        {"./g/.",      "/b/c/g/"      },
        {"g/./h",      "/b/c/g/h"     },
        {"g/../h",     "/b/c/h"       },
        {"g;x=1/../y", "/b/c/y"       },
        {"g?y/../x",   "/b/c/g?y/../x"},
    };
    char expected[64] = "http://a:81";

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(expected + strlen("http://a:81"), rows[i][1],
               strlen(rows[i][1]) + 1);
        assert_resolves("/b/c/d;p?q", rows[i][0], expected);
    }
}

static void another_host_keeps_the_scheme(void **state)
{
    (void)state;
    assert_resolves("/b?q", "//other/x?y", "http://other/x?y");
}

static void a_whole_url_stays_what_it_is(void **state)
{
    (void)state;
    assert_resolves("/b?q", "wss://u@other:1/a/../b?c#d",
                    "wss://u@other:1/a/../b?c");
    assert_resolves("/b?q", "https:", "https:");
}

static void a_target_without_folder_is_at_the_top(void **state)
{
    (void)state;
    assert_resolves("/", "x", "http://a:81/x");
    assert_resolves("/b?q=/c", "x", "http://a:81/x");
    assert_resolves("", "x", "http://a:81/x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves_the_examples_of_the_rfc),
        cmocka_unit_test(another_host_keeps_the_scheme),
        cmocka_unit_test(a_whole_url_stays_what_it_is),
        cmocka_unit_test(a_target_without_folder_is_at_the_top),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
