/* SPDX-License-Identifier: MIT */
#include "codec/set_cookie.h"

#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct set_cookie decoded(const char *text)
{
    struct set_cookie cookie;

    assert_int_equal(set_cookie_decode(&cookie, span_text(text)), SOCKFEED_OK);
    return cookie;
}

static void reads_the_name_and_the_value(void **state)
{
    static const struct {
        const char *text;
        const char *name;
        const char *value;
    } cases[] = {
        {"SID=31d4d96e407aad42", "SID",         "31d4d96e407aad42"},
        {" a = b c ; Path=/",    "a",           "b c"             },
        {"a=",                   "a",           ""                },
        {"a=b=c",                "a",           "b=c"             },
        {"a=\"q, r\"; Secure",   "a",           "\"q, r\""        },
        {"caf\xc3\xa9=\xff",     "caf\xc3\xa9", "\xff"            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct set_cookie cookie = decoded(cases[i].text);

        assert_true(span_is(cookie.name, cases[i].name));
        assert_true(span_is(cookie.value, cases[i].value));
    }
}

static void reads_the_attributes(void **state)
{
    struct set_cookie cookie =
        decoded("a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; max-age = 60;"
                "DOMAIN=.Example.com; Path=/socket.io/; secure; HttpOnly;"
                "SameSite=Strict; unknown=1");

    (void)state;
    assert_true(cookie.has_expires);
    assert_int_equal(cookie.expires, 784111777);
    assert_true(cookie.has_max_age);
    assert_int_equal(cookie.max_age, 60);
    assert_true(span_is(cookie.domain, "Example.com"));
    assert_true(span_is(cookie.path, "/socket.io/"));
    assert_true(cookie.secure);
    cookie = decoded("a=b");
    assert_false(cookie.has_expires || cookie.has_max_age || cookie.secure);
    assert_int_equal(cookie.domain.size + cookie.path.size, 0);
}

static void the_last_of_an_attribute_counts(void **state)
{
    (void)state;
    assert_true(span_is(decoded("a=b; Path=/x; Path=/y").path, "/y"));
    assert_true(span_is(decoded("a=b; Path=/x; Path=y").path, ""));
    assert_true(span_is(decoded("a=b; Domain=x.y; Domain=z.y").domain, "z.y"));
}

static void an_age_below_one_is_over(void **state)
{
    static const struct {
        const char *text;
        int64_t age; /* -1: none was read */
    } cases[] = {
        {"a=b; Max-Age=0",                     0              },
        {"a=b; Max-Age=-1",                    0              },
        {"a=b; Max-Age=1",                     1              },
        {"a=b; Max-Age=99999999999999999999",  NUM_SECONDS_MAX},
        {"a=b; Max-Age=-99999999999999999999", 0              },
        {"a=b; Max-Age=",                      -1             },
        {"a=b; Max-Age=-",                     -1             },
        {"a=b; Max-Age=1.5",                   -1             },
        {"a=b; Max-Age=+1",                    -1             },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct set_cookie cookie = decoded(cases[i].text);

        assert_int_equal(cookie.has_max_age ? cookie.max_age : -1,
                         cases[i].age);
    }
}

static void refuses_what_has_no_name_or_control_characters(void **state)
{
    static const char *const cases[] = {
        "", ";", "a", "=b", " = b", "; a=b", "a=b\tc", "a\x01=b", "a=\x7f",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct set_cookie cookie;

        assert_int_equal(set_cookie_decode(&cookie, span_text(cases[i])),
                         SOCKFEED_INVALID);
    }
}

static void takes_pairs_off_a_cookie_header(void **state)
{
    struct span text = span_text("a=1;; b ; =c; d = 2=3 ;e=");
    struct span name;
    struct span value;

    (void)state;
    assert_true(set_cookie_next_pair(&name, &value, &text));
    assert_true(span_is(name, "a") && span_is(value, "1"));
    assert_true(set_cookie_next_pair(&name, &value, &text));
    assert_true(span_is(name, "d") && span_is(value, "2=3"));
    assert_true(set_cookie_next_pair(&name, &value, &text));
    assert_true(span_is(name, "e") && span_is(value, ""));
    assert_false(set_cookie_next_pair(&name, &value, &text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_name_and_the_value),
        cmocka_unit_test(reads_the_attributes),
        cmocka_unit_test(the_last_of_an_attribute_counts),
        cmocka_unit_test(an_age_below_one_is_over),
        cmocka_unit_test(refuses_what_has_no_name_or_control_characters),
        cmocka_unit_test(takes_pairs_off_a_cookie_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
