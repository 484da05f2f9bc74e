/* SPDX-License-Identifier: MIT */
#include "cli/shape/form.h"

#include "tests/support/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct source source;
    struct subject subject;
    struct buf out;
    struct clock_stamp stamp;
};

static void begin(struct fixture *fixture, enum sockfeed_protocol protocol,
                  unsigned number)
{
    struct output_options options = {.form = OUTPUT_FORM_JSON};
    struct output_error error;

    *fixture = (struct fixture){.stamp.time = INT64_C(1000000000)};
    assert_int_equal(source_init(&fixture->source, "wss://h/\"x\"", protocol,
                                 number, &options, &error),
                     SOCKFEED_OK);
    subject_init(&fixture->subject);
    buf_init(&fixture->out, 100000);
}

static void end(struct fixture *fixture)
{
    source_deinit(&fixture->source);
    subject_deinit(&fixture->subject);
    buf_deinit(&fixture->out);
}

/* What a form makes of an event; all its bytes are compared. */
static void prints(struct sockfeed_event event, unsigned number,
                   enum output_form form, enum output_binary binary,
                   const char *expected)
{
    struct fixture fixture;
    bool is_event = event.u.message.type == SOCKFEED_MESSAGE_EVENT;
    bool ends;

    begin(&fixture, is_event ? SOCKFEED_PROTOCOL_SIO : SOCKFEED_PROTOCOL_WS,
          number);
    assert_int_equal(
        subject_take(&fixture.subject, &fixture.source, 1, &event.u.message),
        SOCKFEED_OK);
    ends = form_append(&fixture.out, form, &fixture.subject, binary,
                       &fixture.stamp);
    assert_string_equal(buf_text(&fixture.out), expected);
    assert_int_equal(ends,
                     event.u.message.type != SOCKFEED_MESSAGE_BINARY ||
                         binary != OUTPUT_BINARY_RAW ||
                         (form != OUTPUT_FORM_TEXT && form != OUTPUT_FORM_RAW));
    end(&fixture);
}

static void of_event(const char *packet, enum output_form form,
                     const char *expected)
{
    prints(messages_event(packet, strlen(packet)), 0, form,
           OUTPUT_BINARY_BASE64, expected);
}

static void of_text(const char *text, enum output_form form,
                    const char *expected)
{
    prints(messages_text(text, strlen(text)), 0, form, OUTPUT_BINARY_BASE64,
           expected);
}

static void of_binary(const char *bytes, enum output_form form,
                      enum output_binary binary, const char *expected)
{
    prints(messages_binary(bytes, strlen(bytes)), 0, form, binary, expected);
}

static void json_of_an_event_is_its_array(void **state)
{
    (void)state;
    of_event("42[\"trade\",{\"p\":0.10}]", OUTPUT_FORM_JSON,
             "[\"trade\",{\"p\":0.10}]");
    of_event("42[\"trade\",\n{\"p\":\r\n0.10, \"q\": 1}]", OUTPUT_FORM_JSON,
             "[\"trade\",{\"p\":0.10, \"q\": 1}]");
    of_event("42[7,\"a number for a name\"]", OUTPUT_FORM_JSON,
             "[7,\"a number for a name\"]");
}

static void data_is_the_argument_or_all_of_them(void **state)
{
    (void)state;
    of_event("42[\"t\",{\"p\":0.10}]", OUTPUT_FORM_DATA, "{\"p\":0.10}");
    of_event("42[\"t\", {\"p\":0.10} ]", OUTPUT_FORM_DATA, "{\"p\":0.10}");
    of_event("42[\"t\",1e400,[2.50]]", OUTPUT_FORM_DATA, "[1e400,[2.50]]");
    of_event("42[\"t\"]", OUTPUT_FORM_DATA, "null");
    of_event("42[\n\"t\",\n1,\n2\n]", OUTPUT_FORM_DATA, "[1,2]");
    of_event("42[\"t\",\"x\"]", OUTPUT_FORM_DATA, "\"x\"");
}

static void text_takes_strings_out_of_their_quotes(void **state)
{
    (void)state;
    of_event("42[\"t\",\"5~C\\t\\u20ac\\\"\"]", OUTPUT_FORM_TEXT,
             "5~C\t\u20ac\"");
    of_event("42[\"t\",\"two\\nlines\"]", OUTPUT_FORM_TEXT, "two\nlines");
    of_event("42[\"t\",\"a\",\"b\"]", OUTPUT_FORM_TEXT, "[\"a\",\"b\"]");
    of_event("42[\"t\",[1]]", OUTPUT_FORM_TEXT, "[1]");
}

static void an_envelope_shows_that_an_answer_is_asked_for(void **state)
{
    (void)state;
    of_event("420[\"t\"]", OUTPUT_FORM_ENVELOPE,
             "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
             "\"url\":\"wss://h/\\\"x\\\"\",\"namespace\":\"/\","
             "\"event\":\"t\",\"args\":[],\"id\":0}");
    of_event("42/n,9007199254740991[\"t\",1]", OUTPUT_FORM_ENVELOPE,
             "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
             "\"url\":\"wss://h/\\\"x\\\"\",\"namespace\":\"/n\","
             "\"event\":\"t\",\"args\":[1],\"id\":9007199254740991}");
    of_event("427[\"t\",1]", OUTPUT_FORM_JSON, "[\"t\",1]");
}

static void an_envelope_says_where_a_message_came_from(void **state)
{
    const char *packet = "42/n,[\"t\",1,\"x\"]";

    (void)state;
    of_event("42[\"t\"]", OUTPUT_FORM_ENVELOPE,
             "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
             "\"url\":\"wss://h/\\\"x\\\"\",\"namespace\":\"/\","
             "\"event\":\"t\",\"args\":[]}");
    prints(messages_event(packet, strlen(packet)), 2, OUTPUT_FORM_ENVELOPE,
           OUTPUT_BINARY_BASE64,
           "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
           "\"url\":\"wss://h/\\\"x\\\"\",\"connection\":2,"
           "\"namespace\":\"/n\",\"event\":\"t\",\"args\":[1,\"x\"]}");
    of_text("{\"p\":0.10}", OUTPUT_FORM_ENVELOPE,
            "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
            "\"url\":\"wss://h/\\\"x\\\"\",\"type\":\"text\","
            "\"data\":{\"p\":0.10}}");
    of_binary("\x01\xff", OUTPUT_FORM_ENVELOPE, OUTPUT_BINARY_HEX,
              "{\"time\":\"1970-01-01T00:00:01.000000000Z\","
              "\"url\":\"wss://h/\\\"x\\\"\",\"type\":\"binary\","
              "\"data\":{\"$base64\":\"Af8=\"}}");
}

static void plain_text_is_json_or_becomes_a_string(void **state)
{
    (void)state;
    of_text("{\"p\": 0.10}", OUTPUT_FORM_JSON, "{\"p\": 0.10}");
    of_text("{\"p\":\n0.10}", OUTPUT_FORM_JSON, "{\"p\":0.10}");
    of_text("not \"json\"\n", OUTPUT_FORM_JSON, "\"not \\\"json\\\"\\n\"");
    of_text("", OUTPUT_FORM_JSON, "\"\"");
    of_text("1 2", OUTPUT_FORM_DATA, "\"1 2\"");
    of_text("{\"p\":\n0.10}", OUTPUT_FORM_TEXT, "{\"p\":\n0.10}");
    of_text("\"x\"", OUTPUT_FORM_RAW, "\"x\"");
    of_text("\"x\"", OUTPUT_FORM_TEXT, "\"x\"");
}

static void bytes_follow_binary_in_text_and_raw_alone(void **state)
{
    (void)state;
    of_binary("\x01\xff", OUTPUT_FORM_TEXT, OUTPUT_BINARY_BASE64, "Af8=");
    of_binary("\x01\xff", OUTPUT_FORM_RAW, OUTPUT_BINARY_HEX, "01ff");
    of_binary("\x01\xff", OUTPUT_FORM_RAW, OUTPUT_BINARY_RAW, "\x01\xff");
    of_binary("\x01\xff", OUTPUT_FORM_JSON, OUTPUT_BINARY_RAW,
              "{\"$base64\":\"Af8=\"}");
    of_binary("\x01\xff", OUTPUT_FORM_DATA, OUTPUT_BINARY_HEX,
              "{\"$base64\":\"Af8=\"}");
    of_binary("", OUTPUT_FORM_JSON, OUTPUT_BINARY_BASE64, "{\"$base64\":\"\"}");
}

static void bytes_that_are_json_are_printed_as_text(void **state)
{
    (void)state;
    of_binary("{\"a\":\n1}", OUTPUT_FORM_TEXT, OUTPUT_BINARY_BASE64,
              "{\"a\":\n1}");
    of_binary("{\"a\":\n1}", OUTPUT_FORM_JSON, OUTPUT_BINARY_BASE64,
              "{\"a\":1}");
    /* What is no UTF-8 is no JSON. */
    of_binary("\"\xff\"", OUTPUT_FORM_TEXT, OUTPUT_BINARY_BASE64, "Iv8i");
}

static void frames_are_printed_as_received(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    form_append_frame(&out, SOCKFEED_FRAME_TEXT, span_text("42[\"x\"]"));
    form_append_frame(&out, SOCKFEED_FRAME_BINARY, span_text("\x01\xff"));
    assert_string_equal(buf_text(&out), "42[\"x\"]bAf8=");
    buf_deinit(&out);
}

static void replacing_moves_what_stands_behind(void **state)
{
    const char *packet = "42[\"t\",[1,\"two\",3],4]";
    struct sockfeed_event event = messages_event(packet, strlen(packet));
    struct fixture fixture;
    struct subject *subject = &fixture.subject;
    struct span part;

    (void)state;
    begin(&fixture, SOCKFEED_PROTOCOL_SIO, 0);
    assert_int_equal(
        subject_take(subject, &fixture.source, 1, &event.u.message),
        SOCKFEED_OK);
    part = span_of(subject->args.data + 3, 5);
    assert_true(span_is(part, "\"two\""));
    assert_int_equal(subject_replace(subject, part, span_text("{\"n\":2}")),
                     SOCKFEED_OK);
    assert_true(span_is(subject->name, "\"t\""));
    assert_true(span_is(subject->args, "[1,{\"n\":2},3],4"));
    assert_true(span_is(subject_json(subject), "[\"t\",[1,{\"n\":2},3],4]"));
    /* And once more, from the buffer it stands in now. */
    assert_int_equal(subject_replace(subject, subject->args, span_text("null")),
                     SOCKFEED_OK);
    assert_true(span_is(subject_json(subject), "[\"t\",null]"));
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_of_an_event_is_its_array),
        cmocka_unit_test(data_is_the_argument_or_all_of_them),
        cmocka_unit_test(text_takes_strings_out_of_their_quotes),
        cmocka_unit_test(an_envelope_says_where_a_message_came_from),
        cmocka_unit_test(an_envelope_shows_that_an_answer_is_asked_for),
        cmocka_unit_test(plain_text_is_json_or_becomes_a_string),
        cmocka_unit_test(bytes_follow_binary_in_text_and_raw_alone),
        cmocka_unit_test(bytes_that_are_json_are_printed_as_text),
        cmocka_unit_test(frames_are_printed_as_received),
        cmocka_unit_test(replacing_moves_what_stands_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
