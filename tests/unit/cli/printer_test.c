/* SPDX-License-Identifier: MIT */
#include "cli/output/printer.h"

#include "tests/support/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the message prints where lines go to a terminal. */
static void shows(const struct output_options *options,
                  struct sockfeed_event event, const char *expected)
{
    static const struct output_callbacks callbacks = {0};
    bool is_event = event.u.message.type == SOCKFEED_MESSAGE_EVENT;
    struct output_error error = {""};
    struct printer printer;
    struct source source;
    struct subject subject;
    struct buf out;

    buf_init(&out, 10000);
    subject_init(&subject);
    assert_int_equal(printer_init(&printer, options, &callbacks, true, &error),
                     SOCKFEED_OK);
    assert_int_equal(
        source_init(&source, "ws://h",
                    is_event ? SOCKFEED_PROTOCOL_SIO : SOCKFEED_PROTOCOL_WS, 0,
                    options, &error),
        SOCKFEED_OK);
    assert_int_equal(subject_take(&subject, &source, 1, &event.u.message),
                     SOCKFEED_OK);
    assert_true(printer_append(&printer, &out, &subject, 1));
    assert_string_equal(buf_text(&out), expected);
    printer_deinit(&printer);
    source_deinit(&source);
    subject_deinit(&subject);
    buf_deinit(&out);
}

static void of_text(const struct output_options *options, const char *text,
                    const char *expected)
{
    shows(options, messages_text(text, strlen(text)), expected);
}

static void of_event(const struct output_options *options, const char *packet,
                     const char *expected)
{
    shows(options, messages_event(packet, strlen(packet)), expected);
}

/* A title, a clear screen, a right-to-left override, DEL. */
#define HOSTILE  "\033]0;x\a\033[2J\u202e\x7f"
#define HARMLESS "\\x1b]0;x\\x07\\x1b[2J\\u202e\\x7f"

static void no_form_lets_a_server_reach_the_terminal(void **state)
{
    static const struct output_options plain = {.color = OUTPUT_COLOR_NEVER};
    static const struct output_options json = {.color = OUTPUT_COLOR_NEVER,
                                               .form = OUTPUT_FORM_JSON};
    static const struct output_options text = {.color = OUTPUT_COLOR_NEVER,
                                               .form = OUTPUT_FORM_TEXT};
    static const struct output_options select = {.color = OUTPUT_COLOR_NEVER,
                                                 .select = "/0,/1"};
    static const struct output_options format = {.color = OUTPUT_COLOR_NEVER,
                                                 .format = "%t\\n"};
    static const struct output_options extract = {.color = OUTPUT_COLOR_NEVER,
                                                  .extract = "."};

    (void)state;
    of_text(&plain, HOSTILE, HARMLESS "\n");
    of_text(&json, "{\"a\":\"\u202e\x7f\"}", "{\"a\":\"\\u202e\\x7f\"}\n");
    of_event(&text, "42[\"t\",\"\\u001b[2J\\t|\\n|\\r\"]",
             "\\x1b[2J\t|\n|\\r\n");
    of_event(&select, "42[\"t\",\"\\u001b\",\"a\\tb\"]", "\\x1b\ta\\tb\n");
    of_event(&format, "42[\"t\",\"\\u001b\"]", "\\x1b\n");
    of_text(&extract, "\033", "\\x1b\n");
}

static void colours_follow_the_option(void **state)
{
    static const struct output_options always = {.color = OUTPUT_COLOR_ALWAYS};
    static const struct output_options never = {.color = OUTPUT_COLOR_NEVER};
    static const struct output_options automatic = {.color = OUTPUT_COLOR_AUTO};

    (void)state;
    of_text(&always, "[1]", "[\033[36m1\033[0m]\n");
    of_text(&always, "no JSON", "no JSON\n");
    of_text(&never, "[1]", "[1]\n");
    assert_int_equal(setenv("TERM", "xterm", 1), 0);
    assert_int_equal(unsetenv("NO_COLOR"), 0);
    of_text(&automatic, "[1]", "[\033[36m1\033[0m]\n");
    assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
    of_text(&automatic, "[1]", "[1]\n");
    assert_int_equal(setenv("NO_COLOR", "", 1), 0);
    of_text(&automatic, "[1]", "[\033[36m1\033[0m]\n");
    assert_int_equal(setenv("TERM", "dumb", 1), 0);
    of_text(&automatic, "[1]", "[1]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_form_lets_a_server_reach_the_terminal),
        cmocka_unit_test(colours_follow_the_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
