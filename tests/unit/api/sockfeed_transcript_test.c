/* SPDX-License-Identifier: MIT */
#include "sockfeed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sockfeed_transcript *transcript_of(
    enum sockfeed_protocol protocol)
{
    struct sockfeed_transcript *transcript;

    assert_int_equal(sockfeed_transcript_new(&transcript, protocol),
                     SOCKFEED_OK);
    return transcript;
}

static void take(struct sockfeed_transcript *transcript, bool sent,
                 const char *text)
{
    sockfeed_transcript_take(transcript, sent, SOCKFEED_FRAME_TEXT, text,
                             strlen(text));
}

static void take_bytes(struct sockfeed_transcript *transcript, bool sent,
                       const char *bytes, size_t size)
{
    sockfeed_transcript_take(transcript, sent, SOCKFEED_FRAME_BINARY, bytes,
                             size);
}

/* It says one thing: "type space id data". */
static void says(struct sockfeed_transcript *transcript, const char *expected)
{
    static const char *const types[] = {"text",    "binary", "join",  "leave",
                                        "refusal", "event",  "answer"};
    struct sockfeed_said said;
    const char *reason;
    char id[24] = "";
    char text[512];

    assert_int_equal(sockfeed_transcript_next(transcript, &said, &reason),
                     SOCKFEED_OK);
    if (said.has_id) {
        (void)snprintf(id, sizeof id, "%llu", (unsigned long long)said.id);
    }
    (void)snprintf(text, sizeof text, "%s %.*s %s %.*s", types[said.type],
                   (int)said.space_size, said.space_size == 0 ? "" : said.space,
                   id, (int)said.size, said.size == 0 ? "" : said.data);
    assert_string_equal(text, expected);
    assert_int_equal(sockfeed_transcript_next(transcript, &said, &reason),
                     SOCKFEED_MORE);
}

static void says_nothing(struct sockfeed_transcript *transcript)
{
    struct sockfeed_said said;
    const char *reason;

    assert_int_equal(sockfeed_transcript_next(transcript, &said, &reason),
                     SOCKFEED_MORE);
}

static void a_websocket_says_its_messages(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_WS);

    (void)state;
    take(transcript, false, "hello");
    says(transcript, "text   hello");
    take_bytes(transcript, true, "\1\2", 2);
    says(transcript, "binary   \1\2");
    sockfeed_transcript_take(transcript, false, SOCKFEED_FRAME_PING, "x", 1);
    says_nothing(transcript);
    sockfeed_transcript_free(transcript);
}

static void engine_io_says_what_its_messages_hold(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_EIO);

    (void)state;
    take(transcript, false, "0{\"sid\":\"a\"}");
    says_nothing(transcript);
    take(transcript, false, "2");
    says_nothing(transcript);
    take(transcript, true, "3");
    says_nothing(transcript);
    take(transcript, true, "4hello");
    says(transcript, "text   hello");
    take_bytes(transcript, false, "bytes", 5);
    says(transcript, "binary   bytes");
    sockfeed_transcript_free(transcript);
}

static void bytes_of_revision_3_begin_with_the_packets_type(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_EIO);

    (void)state;
    take_bytes(transcript, false, "\4bytes", 6);
    says(transcript, "binary   bytes");
    take_bytes(transcript, true, "\4more", 5);
    says(transcript, "binary   more");
    sockfeed_transcript_free(transcript);
}

static void socket_io_says_who_joins_leaves_and_tells(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_SIO);

    (void)state;
    take(transcript, true, "40/admin,{\"token\":1}");
    says(transcript, "join /admin  {\"token\":1}");
    take(transcript, false, "44/admin,{\"message\":\"no\"}");
    says(transcript, "refusal /admin  {\"message\":\"no\"}");
    take(transcript, true, "4212[\"ask\",0.10]");
    says(transcript, "event / 12 [\"ask\",0.10]");
    take(transcript, false, "4312[\"yes\"]");
    says(transcript, "answer / 12 [\"yes\"]");
    take(transcript, false, "41/admin,");
    says(transcript, "leave /admin  ");
    sockfeed_transcript_free(transcript);
}

static void an_event_is_said_when_its_attachments_are_there(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_SIO);

    (void)state;
    take(transcript, false, "40{\"sid\":\"a\"}");
    says(transcript, "join /  {\"sid\":\"a\"}");
    take(transcript, false,
         "451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
    says_nothing(transcript);
    /* What the other side says meanwhile is of no account. */
    take(transcript, true, "42[\"other\"]");
    says(transcript, "event /  [\"other\"]");
    take_bytes(transcript, false, "\xff", 1);
    says(transcript, "event /  [\"bytes\",{\"$base64\":\"/w==\"}]");
    sockfeed_transcript_free(transcript);
}

static void what_cannot_be_read_has_a_reason(void **state)
{
    struct sockfeed_transcript *transcript =
        transcript_of(SOCKFEED_PROTOCOL_SIO);
    struct sockfeed_said said;
    const char *reason = NULL;

    (void)state;
    take(transcript, false, "42[\"event\"");
    assert_int_equal(sockfeed_transcript_next(transcript, &said, &reason),
                     SOCKFEED_PROTOCOL);
    assert_non_null(reason);
    take(transcript, false, "42[\"event\"]");
    says(transcript, "event /  [\"event\"]");
    sockfeed_transcript_free(transcript);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_websocket_says_its_messages),
        cmocka_unit_test(engine_io_says_what_its_messages_hold),
        cmocka_unit_test(bytes_of_revision_3_begin_with_the_packets_type),
        cmocka_unit_test(socket_io_says_who_joins_leaves_and_tells),
        cmocka_unit_test(an_event_is_said_when_its_attachments_are_there),
        cmocka_unit_test(what_cannot_be_read_has_a_reason),
    };

    return cmocka_run_group_tests_name("api/sockfeed_transcript", tests, NULL,
                                       NULL);
}
