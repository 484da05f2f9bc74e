/* SPDX-License-Identifier: MIT */
#include "cli/shape/template.h"

#include "base/limits.h"
#include "tests/support/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Fills the template with an event and compares `size` bytes. */
static void fills(const char *text, struct sockfeed_event event,
                  const char *expected, size_t size)
{
    struct output_options options = {.form = OUTPUT_FORM_JSON};
    struct output_error error = {""};
    struct clock_stamp stamp = {.time = INT64_C(1700000000000000042)};
    struct template *template;
    struct source source;
    struct subject subject;
    struct buf out;
    bool is_event = event.u.message.type == SOCKFEED_MESSAGE_EVENT;

    assert_int_equal(
        source_init(&source, "https://h/x",
                    is_event ? SOCKFEED_PROTOCOL_SIO : SOCKFEED_PROTOCOL_WS, 0,
                    &options, &error),
        SOCKFEED_OK);
    subject_init(&subject);
    buf_init(&out, 100000);
    assert_int_equal(template_new(&template, text, &error), SOCKFEED_OK);
    assert_int_equal(subject_take(&subject, &source, 1, &event.u.message),
                     SOCKFEED_OK);
    template_append(template, &out, &subject, OUTPUT_BINARY_BASE64, &stamp, 7);
    assert_int_equal(out.size, size);
    assert_memory_equal(buf_text(&out), expected, size);
    template_free(template);
    subject_deinit(&subject);
    source_deinit(&source);
    buf_deinit(&out);
}

static void of_event(const char *text, const char *packet, const char *expected)
{
    fills(text, messages_event(packet, strlen(packet)), expected,
          strlen(expected));
}

static void of_text(const char *text, const char *message, const char *expected)
{
    fills(text, messages_text(message, strlen(message)), expected,
          strlen(expected));
}

static void each_letter_is_a_part_of_the_message(void **state)
{
    const char *packet = "42/n,[\"a\\u0062\",{\"s\":\"x\\ty\",\"p\":0.10}]";

    (void)state;
    of_event("%e", packet, "ab");
    of_event("%d", packet, "{\"s\":\"x\\ty\",\"p\":0.10}");
    of_event("%t", "42[\"t\",\"x\\ty\"]", "x\ty");
    of_event("%a", packet, "[{\"s\":\"x\\ty\",\"p\":0.10}]");
    of_event("%a", "42[\"t\"]", "[]");
    of_event("%n", packet, "/n");
    of_event("%u", packet, "https://h/x");
    of_event("%T", packet, "2023-11-14T22:13:20.000000042Z");
    of_event("%s", packet, "1700000000.000000042");
    of_event("%b", "42[\"t\"]", "5");
    of_event("%c", packet, "7");
    of_event("%{/s} %{/p}|%{}", packet,
             "x\ty 0.10|{\"s\":\"x\\ty\",\"p\":0.10}");
    of_event("%{/1}", "42[\"t\",1,2]", "2");
    of_event("a%%b", packet, "a%b");
    of_event("", packet, "");
}

static void what_does_not_exist_is_empty(void **state)
{
    (void)state;
    of_text("<%e%a%n>", "x", "<>");
    of_event("<%{/no}%{/n}>", "42[\"t\",{\"n\":null}]", "<>");
    of_text("%b:%d:%t", "x", "3:\"x\":x");
}

static void escapes_are_characters(void **state)
{
    (void)state;
    of_text("a\\n\\t\\\\b", "", "a\n\t\\b");
    fills("\\0", messages_text("", 0), "\0", 1);
}

static void refuses(const char *text, const char *words)
{
    struct template *template;
    struct output_error error = {""};

    assert_int_equal(template_new(&template, text, &error), SOCKFEED_INVALID);
    assert_null(template);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s: %s", text, error.text);
    }
}

static void refuses_what_has_no_meaning(void **state)
{
    (void)state;
    refuses("ab%q", "(column 3)");
    refuses("%", "(column 1)");
    refuses("%{/a", "no } for this %{ (column 1)");
    refuses("%{x}", "(column 3)");
    refuses("a\\q", "(column 2)");
    refuses("\\", "(column 1)");
}

static void refuses_what_is_too_long(void **state)
{
    char *text = malloc(LIMIT_TEMPLATE + 2);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LIMIT_TEMPLATE + 1);
    text[LIMIT_TEMPLATE + 1] = '\0';
    refuses(text, "too long");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_letter_is_a_part_of_the_message),
        cmocka_unit_test(what_does_not_exist_is_empty),
        cmocka_unit_test(escapes_are_characters),
        cmocka_unit_test(refuses_what_has_no_meaning),
        cmocka_unit_test(refuses_what_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
