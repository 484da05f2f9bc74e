/* SPDX-License-Identifier: MIT */
#include "session/ws_session.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/rng.h"
#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

/* One end of a connection: a session, what its handlers were told, and the
 * bytes that have come and are not used. */
struct side {
    struct ws_session *session;
    struct buf log;      /* "T:text B:bytes 9:ping", '<' before what was sent */
    struct buf received; /* not used yet */
    int64_t now;
    bool pause_at_message;
    bool free_at_message;
    bool close_at_message;
    size_t texts_taken; /* at once, at most; 0: all */
};

static struct rng rng;
static struct side client;
static struct side server;
static struct guard_page guard;

static void note(struct side *side, const char *before, enum ws_opcode opcode,
                 struct span payload)
{
    buf_append_text(&side->log, side->log.size > 0 ? " " : "");
    buf_append_text(&side->log, before);
    buf_append_uint(&side->log, opcode);
    buf_append_byte(&side->log, ':');
    buf_append_span(&side->log, payload);
}

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct side *side = user;

    note(side, "", opcode, payload);
    if (side->pause_at_message) {
        ws_session_pause(side->session);
    }
    if (side->close_at_message) {
        ws_session_close(side->session, side->now, 1000, span_text("bye"), 500);
    }
    if (side->free_at_message) {
        ws_session_free(side->session);
    }
}

static void on_received(void *user, enum ws_opcode opcode, struct span payload)
{
    note(user, "", opcode, payload);
}

static void on_sent(void *user, enum ws_opcode opcode, struct span payload)
{
    note(user, "<", opcode, payload);
}

static const struct ws_session_handlers handlers = {
    .message = on_message,
    .received = on_received,
    .sent = on_sent,
};

/* Texts that come together stand between brackets. */
static size_t on_texts(void *user, const struct sockfeed_text *texts,
                       size_t count)
{
    struct side *side = user;

    if (side->texts_taken > 0 && side->texts_taken < count) {
        count = side->texts_taken;
    }
    buf_append_text(&side->log, "[");
    for (size_t i = 0; i < count; i++) {
        on_message(user, WS_OPCODE_TEXT, span_of(texts[i].data, texts[i].size));
    }
    buf_append_text(&side->log, "]");
    return count;
}

static void open_side(struct side *side, enum ws_role role)
{
    struct ws_session_config config = {
        .role = role,
        .max_message = 1000,
        .max_fragments = 10,
        .ping_interval = role == WS_ROLE_CLIENT ? 20000 : 0,
        .ping_timeout = role == WS_ROLE_CLIENT ? 5000 : 0,
        .rng = &rng,
    };

    *side = (struct side){0};
    buf_init(&side->log, 1 << 20);
    buf_init(&side->received, 1 << 20);
    side->session = ws_session_new(&config, &handlers, side, 0);
    assert_non_null(side->session);
}

static void close_side(struct side *side)
{
    ws_session_free(side->session);
    buf_deinit(&side->log);
    buf_deinit(&side->received);
}

static int make(void **state)
{
    (void)state;
    rng_init_seed(&rng, 7);
    guard_page_init(&guard, 1 << 17);
    open_side(&client, WS_ROLE_CLIENT);
    open_side(&server, WS_ROLE_SERVER);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    close_side(&client);
    close_side(&server);
    guard_page_deinit(&guard);
    return 0;
}

/* Gives the side bytes, and keeps what it does not use. */
static enum sockfeed_result receive(struct side *side, const void *bytes,
                                    size_t size)
{
    enum sockfeed_result result;
    size_t used;
    char *at;

    buf_append(&side->received, bytes, size);
    at = guard_page_place(&guard, side->received.data, side->received.size);
    result = ws_session_receive(side->session, side->now, at,
                                side->received.size, &used);
    assert_true(used <= side->received.size);
    if (result == SOCKFEED_OK && used < side->received.size &&
        side->received.size > 0) {
        assert_true(ws_session_needed(side->session) >= 2);
    }
    buf_consume(&side->received, used);
    return result;
}

/* Moves everything that one side has to say to the other, so many bytes at a
 * time. */
static void carry(struct side *from, struct side *to, size_t step)
{
    struct span next = ws_session_output(from->session);

    while (next.size > 0) {
        size_t size = next.size < step ? next.size : step;

        (void)receive(to, next.data, size);
        ws_session_sent(from->session, size);
        next = ws_session_output(from->session);
    }
}

static void assert_log(struct side *side, const char *wanted)
{
    assert_string_equal(buf_text(&side->log), wanted);
    buf_clear(&side->log);
}

static void assert_failure(struct side *side, enum sockfeed_result result,
                           const char *text)
{
    const struct sockfeed_failure *failure = ws_session_failure(side->session);

    assert_int_equal(failure->result, result);
    assert_string_equal(failure->text, text);
}

/* ---- Messages ---------------------------------------------------------- */

static void carries_messages_both_ways_in_any_pieces(void **state)
{
    (void)state;
    for (size_t step = 1; step < 50; step++) {
        assert_int_equal(
            ws_session_send(client.session, WS_OPCODE_TEXT, span_text("Hello")),
            SOCKFEED_OK);
        assert_int_equal(ws_session_send(client.session, WS_OPCODE_BINARY,
                                         span_of("\xff", 1)),
                         SOCKFEED_OK);
        assert_int_equal(
            ws_session_send(client.session, WS_OPCODE_TEXT, span_text("")),
            SOCKFEED_OK);
        assert_int_equal(ws_session_queued(client.session), 11 + 7 + 6);
        carry(&client, &server, step);
        assert_int_equal(ws_session_queued(client.session), 0);
        assert_log(&server, "1:Hello 2:\xff 1:");
        assert_int_equal(
            ws_session_send(server.session, WS_OPCODE_TEXT, span_text("there")),
            SOCKFEED_OK);
        carry(&server, &client, step);
        assert_log(&client, "1:there");
    }
}

static void assert_unsettled_until_written(void)
{
    assert_false(ws_session_is_settled(client.session));
    carry(&client, &server, 100);
    assert_true(ws_session_is_settled(client.session));
}

static void only_messages_leave_it_settled(void **state)
{
    (void)state;
    assert_unsettled_until_written();
    assert_int_equal(receive(&client, "\x81\x02hi", 4), SOCKFEED_OK);
    assert_true(ws_session_is_settled(client.session));
    assert_int_equal(receive(&client, "\x89", 2), SOCKFEED_OK);
    assert_unsettled_until_written();
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_TEXT, span_text("hi")),
        SOCKFEED_OK);
    assert_unsettled_until_written();
    ws_session_pause(client.session);
    ws_session_resume(client.session, 0);
    assert_unsettled_until_written();
    assert_int_equal(ws_session_arriving(client.session, 0, "\x81\x7e", 2),
                     SOCKFEED_OK);
    assert_unsettled_until_written();
    ws_session_tick(client.session, 20000);
    assert_unsettled_until_written();
    ws_session_close(client.session, 20000, 1000, span_text(NULL), 500);
    assert_unsettled_until_written();
    ws_session_end(client.session);
    assert_unsettled_until_written();
}

/* The client again, with texts that are told together. */
static void reopen_for_texts(void)
{
    struct ws_session_config config = {
        .role = WS_ROLE_CLIENT, .max_message = 1000, .rng = &rng};
    struct ws_session_handlers together = handlers;

    together.texts = on_texts;
    ws_session_free(client.session);
    client.session = ws_session_new(&config, &together, &client, 0);
    assert_non_null(client.session);
}

static void tells_texts_of_one_read_together_and_in_order(void **state)
{
    static const char bytes[] = "\x81\x01"
                                "a\x81\x00\x81\x01"
                                "b"
                                "\x89\x01?\x81\x01"
                                "c\x82\x01"
                                "d"
                                "\x01\x01"
                                "e\x80\x01"
                                "f\x81\x01"
                                "g\x81";

    (void)state;
    reopen_for_texts();
    assert_int_equal(receive(&client, bytes, sizeof bytes - 1), SOCKFEED_OK);
    assert_log(&client, "[ 1:a 1: 1:b] 9:?[ 1:c] 2:d 1:ef[ 1:g]");
    assert_int_equal(client.received.size, 1);
}

static void tells_as_many_texts_as_it_can_at_once(void **state)
{
    struct buf bytes;
    size_t together = 0;

    (void)state;
    reopen_for_texts();
    buf_init(&bytes, 1000);
    for (int i = 0; i < 130; i++) {
        buf_append_text(&bytes, "\x81\x01x");
    }
    assert_int_equal(receive(&client, bytes.data, bytes.size), SOCKFEED_OK);
    for (size_t i = 0; i < client.log.size; i++) {
        together += client.log.data[i] == '[';
    }
    assert_int_equal(together, 3);
    buf_deinit(&bytes);
}

static void tells_texts_before_what_is_wrong(void **state)
{
    (void)state;
    reopen_for_texts();
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a\x81\x01\xff",
                             6),
                     SOCKFEED_PROTOCOL);
    assert_log(&client, "[ 1:a] <8:\x03\xef");
}

static void tells_by_itself_what_is_not_taken_with_others(void **state)
{
    static const char bytes[] = "\x81\x01"
                                "a\x81\x01"
                                "b\x81\x01"
                                "c\x81\x01"
                                "d\x81\x03"
                                "eee";

    (void)state;
    reopen_for_texts();
    client.texts_taken = 2;
    assert_int_equal(receive(&client, bytes, sizeof bytes - 1), SOCKFEED_OK);
    assert_log(&client, "[ 1:a 1:b] 1:c[ 1:d 1:eee]");
    client.pause_at_message = true;
    assert_int_equal(receive(&client, bytes, sizeof bytes - 1), SOCKFEED_OK);
    assert_log(&client, "[ 1:a 1:b]");
    /* What is read again after the pause begins where it was left. */
    assert_int_equal(client.received.size, 11);
    assert_memory_equal(client.received.data, bytes + 6, 11);
}

static void stops_behind_the_texts_at_which_it_is_paused(void **state)
{
    (void)state;
    reopen_for_texts();
    client.pause_at_message = true;
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a\x81\x01"
                             "b\x89\x00",
                             8),
                     SOCKFEED_OK);
    assert_log(&client, "[ 1:a 1:b]");
    assert_int_equal(client.received.size, 2);
}

static void joins_fragments_around_control_frames(void **state)
{
    static const char bytes[] = "\x01\x03Hel\x89\x01?\x00\x01l\x80\x01o";

    (void)state;
    assert_int_equal(receive(&client, bytes, sizeof bytes - 1), SOCKFEED_OK);
    assert_log(&client, "9:? 1:Hello");
}

static void says_how_many_bytes_a_frame_needs(void **state)
{
    (void)state;
    assert_int_equal(ws_session_needed(client.session), 2);
    assert_int_equal(receive(&client, "\x81", 1), SOCKFEED_OK);
    assert_int_equal(ws_session_needed(client.session), 2);
    assert_int_equal(receive(&client, "\x7e", 1), SOCKFEED_OK);
    assert_int_equal(ws_session_needed(client.session), 4);
    assert_int_equal(receive(&client, "\x01\xf4", 2), SOCKFEED_OK);
    assert_int_equal(ws_session_needed(client.session), 504);
}

static void a_pause_inside_a_message_leaves_the_rest(void **state)
{
    (void)state;
    client.pause_at_message = true;
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a\x81\x01"
                             "b",
                             6),
                     SOCKFEED_OK);
    assert_log(&client, "1:a");
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "c",
                             3),
                     SOCKFEED_OK);
    assert_int_equal(client.received.size, 6);
    client.pause_at_message = false;
    ws_session_resume(client.session, 0);
    assert_int_equal(receive(&client, "", 0), SOCKFEED_OK);
    assert_log(&client, "1:b 1:c");
    assert_int_equal(client.received.size, 0);
}

static void can_be_freed_inside_a_message(void **state)
{
    (void)state;
    client.free_at_message = true;
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a\x81\x01"
                             "b",
                             6),
                     SOCKFEED_STATE);
    client.session = NULL;
    assert_log(&client, "1:a");
}

static void sends_only_what_a_frame_can_carry(void **state)
{
    char large[126] = {0};

    (void)state;
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_PING, span_of(large, 126)),
        SOCKFEED_INVALID);
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_PONG, span_of(large, 1)),
        SOCKFEED_INVALID);
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_CLOSE, span_of(large, 2)),
        SOCKFEED_INVALID);
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_PING, span_of(large, 125)),
        SOCKFEED_OK);
    assert_int_equal(ws_session_queued(client.session), 131);
}

static void masks_each_frame_with_a_key_of_its_own(void **state)
{
    struct span output;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            ws_session_send(client.session, WS_OPCODE_TEXT, span_text("a")),
            SOCKFEED_OK);
    }
    output = ws_session_output(client.session);
    assert_int_equal(output.size, 14);
    assert_int_equal((unsigned char)output.data[1], 0x81);
    assert_memory_not_equal(output.data + 2, output.data + 9, 4);
}

/* ---- Pings ------------------------------------------------------------- */

static void ten_pings_at_once_get_ten_pongs(void **state)
{
    char pings[30];

    (void)state;
    for (size_t i = 0; i < 10; i++) {
        memcpy(pings + 3 * i, "\x89\x01", 2);
        pings[3 * i + 2] = (char)('0' + i);
    }
    assert_int_equal(receive(&client, pings, sizeof pings), SOCKFEED_OK);
    buf_clear(&client.log);
    carry(&client, &server, 1000);
    assert_log(&client, "<10:0 <10:1 <10:2 <10:3 <10:4 <10:5 <10:6 <10:7 "
                        "<10:8 <10:9");
    assert_log(&server, "10:0 10:1 10:2 10:3 10:4 10:5 10:6 10:7 10:8 10:9");
}

/* The frame is of ten bytes, then of five in a text that has begun. */
static void a_text_fails_before_all_of_its_frame_has_come(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x81\x0a\xc3", 3), SOCKFEED_OK);
    assert_int_equal(
        ws_session_arriving(client.session, 0, "\x81\x0a\xc3\xa9x", 5),
        SOCKFEED_OK);
    assert_int_equal(
        ws_session_arriving(client.session, 0, "\x81\x0a\xc3\xa9x\xff", 6),
        SOCKFEED_PROTOCOL);
    assert_failure(&client, SOCKFEED_PROTOCOL,
                   "the server sent a text that is not UTF-8");
}

static void a_continuation_fails_before_all_of_it_has_come(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x01\x01\xe2\x80\x05\x82\xac", 7),
                     SOCKFEED_OK);
    assert_int_equal(
        ws_session_arriving(client.session, 0, "\x80\x05\x82\xac\x80", 5),
        SOCKFEED_PROTOCOL);
    assert_failure(&client, SOCKFEED_PROTOCOL,
                   "the server sent a text that is not UTF-8");
}

/* Nor does what came before count twice. */
static void bytes_need_be_no_text(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x82\x05\xff", 3), SOCKFEED_OK);
    assert_int_equal(
        ws_session_arriving(client.session, 0, "\x82\x05\xff\xff", 4),
        SOCKFEED_OK);
    assert_int_equal(receive(&client, "\xff\xff\xff\xff\x81\x02\xc3", 7),
                     SOCKFEED_OK);
    assert_int_equal(receive(&client, "\xa9", 1), SOCKFEED_OK);
    assert_log(&client, "2:\xff\xff\xff\xff\xff 1:\xc3\xa9");
}

static void pings_after_the_interval_and_takes_any_byte_as_life(void **state)
{
    (void)state;
    assert_int_equal(ws_session_deadline(client.session), 20000);
    ws_session_tick(client.session, 19999);
    assert_int_equal(ws_session_queued(client.session), 0);
    ws_session_tick(client.session, 20000);
    carry(&client, &server, 1000);
    assert_log(&client, "<9:");
    assert_log(&server, "9:");
    assert_int_equal(ws_session_deadline(client.session), 25000);
    assert_int_equal(receive(&client, "\x81", 1), SOCKFEED_OK);
    assert_int_equal(ws_session_deadline(client.session), 40000);
    ws_session_tick(client.session, 40000);
    assert_int_equal(ws_session_arriving(client.session, client.now, "\x81", 1),
                     SOCKFEED_OK);
    assert_int_equal(ws_session_deadline(client.session), 60000);
    ws_session_tick(client.session, 60000);
    ws_session_tick(client.session, 64999);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OPEN);
    ws_session_tick(client.session, 65000);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_LOST, "no pong within 5 s");
    assert_int_equal(ws_session_deadline(client.session), INT64_MAX);
}

static void silence_is_no_loss_while_paused(void **state)
{
    (void)state;
    ws_session_tick(client.session, 20000);
    ws_session_pause(client.session);
    ws_session_tick(client.session, 30000);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OPEN);
    ws_session_resume(client.session, 31000);
    assert_int_equal(ws_session_deadline(client.session), 36000);
    ws_session_tick(client.session, 36000);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
}

/* ---- Closing ----------------------------------------------------------- */

static void we_close_and_the_peer_answers(void **state)
{
    (void)state;
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_TEXT, span_text("last")),
        SOCKFEED_OK);
    ws_session_close(client.session, 0, 1001, span_text("bye"), 500);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_CLOSING);
    assert_int_equal(
        ws_session_send(client.session, WS_OPCODE_TEXT, span_text("x")),
        SOCKFEED_STATE);
    carry(&client, &server, 3);
    assert_log(&server, "1:last 8:\x03\xe9"
                        "bye <8:\x03\xe9");
    assert_failure(&server, SOCKFEED_CLOSED,
                   "the client closed the connection: 1001 going away: bye");
    assert_int_equal(ws_session_failure(server.session)->close_code, 1001);
    assert_int_equal(ws_session_state(server.session), WS_SESSION_LINGERING);
    carry(&server, &client, 3);
    /* A server leaves when its answer is out, a client when the server has. */
    assert_int_equal(ws_session_state(server.session), WS_SESSION_OVER);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_LINGERING);
    assert_failure(&client, SOCKFEED_OK, "");
    assert_int_equal(ws_session_peer_code(client.session), 1001);
    ws_session_end(client.session);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_OK, "");
}

static void the_peer_closes_and_gets_its_own_code_back(void **state)
{
    static const uint16_t codes[] = {0,    1000, 1001, 1003, 1011,
                                     1012, 1013, 1014, 3000, 4999};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        close_side(&client);
        close_side(&server);
        open_side(&client, WS_ROLE_CLIENT);
        open_side(&server, WS_ROLE_SERVER);
        ws_session_close(server.session, 0, codes[i], span_text("why"), 500);
        carry(&server, &client, 1000);
        assert_int_equal(ws_session_state(client.session),
                         WS_SESSION_LINGERING);
        assert_int_equal(ws_session_failure(client.session)->result,
                         SOCKFEED_CLOSED);
        assert_int_equal(ws_session_failure(client.session)->close_code,
                         codes[i]);
        assert_true(span_is(ws_session_peer_reason(client.session),
                            codes[i] == 0 ? "" : "why"));
        carry(&client, &server, 1000);
        assert_int_equal(ws_session_peer_code(server.session), codes[i]);
        assert_failure(&server, SOCKFEED_OK, "");
    }
}

static void tells_why_the_server_closed(void **state)
{
    (void)state;
    assert_int_equal(
        receive(&client, "\x88\x0c\x03\xf4\x1b[2Jsoon\xc2\x9b", 14),
        SOCKFEED_CLOSED);
    assert_failure(&client, SOCKFEED_CLOSED,
                   "the server closed the connection: 1012 service restart: "
                   "?[2Jsoon?");
}

static void a_close_without_code_says_no_more_than_it_knows(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x88\x00", 2), SOCKFEED_CLOSED);
    assert_failure(&client, SOCKFEED_CLOSED,
                   "the server closed the connection");
    carry(&client, &server, 1000);
    assert_log(&server, "8: <8:");
}

static void a_client_waits_for_the_end_of_the_stream_but_not_for_ever(
    void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x88\x00", 2), SOCKFEED_CLOSED);
    carry(&client, &server, 1000);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_LINGERING);
    assert_int_equal(ws_session_deadline(client.session), WS_SESSION_LINGER_MS);
    /* What still comes is of no interest. */
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a",
                             3),
                     SOCKFEED_CLOSED);
    assert_int_equal(client.received.size, 0);
    ws_session_tick(client.session, WS_SESSION_LINGER_MS);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_CLOSED,
                   "the server closed the connection");
}

static void a_close_that_is_not_answered_times_out(void **state)
{
    (void)state;
    ws_session_close(client.session, 100, 1000, span_text(""), 500);
    assert_int_equal(ws_session_deadline(client.session), 600);
    ws_session_tick(client.session, 599);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_CLOSING);
    ws_session_tick(client.session, 600);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_TIMEOUT,
                   "the server did not answer the close frame");
}

static void a_close_answered_by_the_end_of_the_stream_is_good(void **state)
{
    (void)state;
    ws_session_close(client.session, 100, 1000, span_text(""), 500);
    ws_session_end(client.session);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_OK, "");
}

static void an_end_without_close_is_a_loss(void **state)
{
    (void)state;
    ws_session_end(client.session);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_LOST,
                   "the server ended the connection without a close frame");
}

static void delivers_what_comes_before_the_answer_to_a_close(void **state)
{
    (void)state;
    client.close_at_message = true;
    assert_int_equal(receive(&client,
                             "\x81\x01"
                             "a\x81\x01"
                             "b\x89\x01"
                             "c\x88\x00",
                             11),
                     SOCKFEED_OK);
    assert_log(&client, "1:a <8:\x03\xe8"
                        "bye 1:b 9:c 8:");
    assert_int_equal(ws_session_state(client.session), WS_SESSION_LINGERING);
    assert_failure(&client, SOCKFEED_OK, "");
}

static void both_may_close_at_once(void **state)
{
    (void)state;
    ws_session_close(client.session, 0, 1000, span_text(""), 500);
    ws_session_close(server.session, 0, 1001, span_text(""), 500);
    carry(&client, &server, 1000);
    carry(&server, &client, 1000);
    ws_session_end(client.session);
    assert_int_equal(ws_session_state(server.session), WS_SESSION_OVER);
    assert_failure(&client, SOCKFEED_OK, "");
    assert_failure(&server, SOCKFEED_OK, "");
}

/* ---- Broken protocol --------------------------------------------------- */

static void breaks_are_answered_with_their_code(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *close; /* our close frame's payload */
        enum sockfeed_result result;
        const char *text;
    } cases[] = {
        {"\x81\x81",                   2,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a masked frame"                                 },
        {"\x83",                       1,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a frame of an unknown type"                     },
        {"\xc1",                       1,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a frame with a reserved bit set"                },
        {"\x80\x00",                   2,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a continuation of no message"                   },
        {"\x88\x01\x03",               3,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a close frame with half a code"                 },
        {"\x88\x02\x03\xed",           4,  "\x03\xea", SOCKFEED_PROTOCOL,
         "the server sent a close frame with a code that must not be sent"},
        {"\x88\x03\x03\xe8\xff",       5,  "\x03\xef", SOCKFEED_PROTOCOL,
         "the server sent a close reason that is not UTF-8"               },
        {"\x81\x01\xff",               3,  "\x03\xef", SOCKFEED_PROTOCOL,
         "the server sent a text that is not UTF-8"                       },
        {"\x01\x01\xff",               3,  "\x03\xef", SOCKFEED_PROTOCOL,
         "the server sent a text that is not UTF-8"                       },
        {"\x82\x7e\x03\xe9",           4,  "\x03\xf1", SOCKFEED_TOO_LARGE,
         "the server sent a frame above the size limit: accepted are 1000 "
         "bytes, in at most 10 fragments"                                 },
        {"\x82\x7f\0\0\0\0\x40\0\0\0", 10, "\x03\xf1", SOCKFEED_TOO_LARGE,
         "the server sent a frame above the size limit: accepted are 1000 "
         "bytes, in at most 10 fragments"                                 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        close_side(&client);
        close_side(&server);
        open_side(&client, WS_ROLE_CLIENT);
        open_side(&server, WS_ROLE_SERVER);
        assert_int_equal(receive(&client, cases[i].bytes, cases[i].size),
                         cases[i].result);
        assert_failure(&client, cases[i].result, cases[i].text);
        assert_int_equal(ws_session_state(client.session),
                         WS_SESSION_LINGERING);
        /* Sticky. */
        assert_int_equal(receive(&client, "\x81\x00", 2), cases[i].result);
        assert_int_equal(
            ws_session_send(client.session, WS_OPCODE_TEXT, span_text("")),
            SOCKFEED_STATE);
        carry(&client, &server, 1000);
        assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
        assert_int_equal(ws_session_peer_code(server.session),
                         (unsigned char)cases[i].close[0] << 8 |
                             (unsigned char)cases[i].close[1]);
    }
}

static void a_server_refuses_frames_without_mask(void **state)
{
    (void)state;
    assert_int_equal(receive(&server, "\x81\x00", 2), SOCKFEED_PROTOCOL);
    assert_failure(&server, SOCKFEED_PROTOCOL,
                   "the client sent an unmasked frame");
}

static void limits_count_all_fragments_of_a_message(void **state)
{
    char fragment[604] = "\x02\x7e\x02\x58";

    (void)state;
    assert_int_equal(receive(&client, fragment, 604), SOCKFEED_OK);
    fragment[0] = '\0';
    assert_int_equal(receive(&client, fragment, 4), SOCKFEED_TOO_LARGE);
    assert_failure(&client, SOCKFEED_TOO_LARGE,
                   "the server sent a frame above the size limit: accepted are "
                   "1000 bytes, in at most 10 fragments");
}

static void a_peer_that_does_not_read_our_goodbye_is_left(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x83", 1), SOCKFEED_PROTOCOL);
    assert_int_equal(ws_session_deadline(client.session), WS_SESSION_LINGER_MS);
    ws_session_tick(client.session, WS_SESSION_LINGER_MS);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_OVER);
}

/* ---- HTTP where the first frame should be ------------------------------ */

static const char http[] = "HTTP/1.1 400 Bad Request\r\n"
                           "Content-Length: 19\r\n\r\nUnsupported version";

static void an_http_answer_after_the_101_is_shown(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, http, 30), SOCKFEED_OK);
    assert_int_equal(receive(&client, http + 30, sizeof http - 1 - 30),
                     SOCKFEED_PROTOCOL);
    assert_failure(&client, SOCKFEED_PROTOCOL,
                   "the server answered with HTTP inside the WebSocket: 400 "
                   "Bad Request: Unsupported version");
    assert_int_equal(ws_session_failure(client.session)->http_status, 400);
    assert_int_equal(ws_session_state(client.session), WS_SESSION_LINGERING);
}

static void an_http_answer_without_end_is_waited_for_only_so_long(void **state)
{
    static const char wanted[] = "the server answered with HTTP inside the "
                                 "WebSocket: 400 Bad Request: Unsupported";

    (void)state;
    assert_int_equal(receive(&client, http, sizeof http - 1 - 8), SOCKFEED_OK);
    ws_session_end(client.session);
    assert_failure(&client, SOCKFEED_PROTOCOL, wanted);
    close_side(&client);
    open_side(&client, WS_ROLE_CLIENT);
    assert_int_equal(receive(&client, http, sizeof http - 1 - 8), SOCKFEED_OK);
    ws_session_tick(client.session, ws_session_deadline(client.session));
    assert_failure(&client, SOCKFEED_PROTOCOL, wanted);
}

static void what_only_begins_like_http_is_a_bad_frame(void **state)
{
    static const char wanted[] =
        "the server sent a frame with a reserved bit set";

    (void)state;
    assert_int_equal(receive(&client, "H", 1), SOCKFEED_OK);
    assert_int_equal(receive(&client, "i", 1), SOCKFEED_PROTOCOL);
    assert_failure(&client, SOCKFEED_PROTOCOL, wanted);
    close_side(&client);
    open_side(&client, WS_ROLE_CLIENT);
    assert_int_equal(receive(&client, "HTTP", 4), SOCKFEED_OK);
    ws_session_tick(client.session, WS_SESSION_LINGER_MS);
    assert_failure(&client, SOCKFEED_PROTOCOL, wanted);
}

static void http_after_a_frame_is_a_bad_frame(void **state)
{
    (void)state;
    assert_int_equal(receive(&client, "\x81\x00", 2), SOCKFEED_OK);
    assert_int_equal(receive(&client, http, sizeof http - 1),
                     SOCKFEED_PROTOCOL);
    assert_failure(&client, SOCKFEED_PROTOCOL,
                   "the server sent a frame with a reserved bit set");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)
    const struct CMUnitTest tests[] = {
        TEST(carries_messages_both_ways_in_any_pieces),
        TEST(only_messages_leave_it_settled),
        TEST(tells_texts_of_one_read_together_and_in_order),
        TEST(tells_as_many_texts_as_it_can_at_once),
        TEST(tells_texts_before_what_is_wrong),
        TEST(tells_by_itself_what_is_not_taken_with_others),
        TEST(stops_behind_the_texts_at_which_it_is_paused),
        TEST(joins_fragments_around_control_frames),
        TEST(says_how_many_bytes_a_frame_needs),
        TEST(a_pause_inside_a_message_leaves_the_rest),
        TEST(can_be_freed_inside_a_message),
        TEST(sends_only_what_a_frame_can_carry),
        TEST(masks_each_frame_with_a_key_of_its_own),
        TEST(ten_pings_at_once_get_ten_pongs),
        TEST(a_text_fails_before_all_of_its_frame_has_come),
        TEST(a_continuation_fails_before_all_of_it_has_come),
        TEST(bytes_need_be_no_text),
        TEST(pings_after_the_interval_and_takes_any_byte_as_life),
        TEST(silence_is_no_loss_while_paused),
        TEST(we_close_and_the_peer_answers),
        TEST(the_peer_closes_and_gets_its_own_code_back),
        TEST(tells_why_the_server_closed),
        TEST(a_close_without_code_says_no_more_than_it_knows),
        TEST(a_client_waits_for_the_end_of_the_stream_but_not_for_ever),
        TEST(a_close_that_is_not_answered_times_out),
        TEST(a_close_answered_by_the_end_of_the_stream_is_good),
        TEST(an_end_without_close_is_a_loss),
        TEST(delivers_what_comes_before_the_answer_to_a_close),
        TEST(both_may_close_at_once),
        TEST(breaks_are_answered_with_their_code),
        TEST(a_server_refuses_frames_without_mask),
        TEST(limits_count_all_fragments_of_a_message),
        TEST(a_peer_that_does_not_read_our_goodbye_is_left),
        TEST(an_http_answer_after_the_101_is_shown),
        TEST(an_http_answer_without_end_is_waited_for_only_so_long),
        TEST(what_only_begins_like_http_is_a_bad_frame),
        TEST(http_after_a_frame_is_a_bad_frame),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
