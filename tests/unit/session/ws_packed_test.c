/* SPDX-License-Identifier: MIT */
#include "session/ws_session.h"

#include "base/buf.h"
#include "base/rng.h"
#include "codec/ws_extension.h"
#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A frame's bytes: "Hello" by itself, and by what was said before. */
#define HELLO "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
#define AGAIN "\xc1\x05\xf2\x00\x11\x00\x00"
#define PLAIN "\x81\x03raw"
#define PING  "\x89\x01p"
/* A byte that is no UTF-8; a block of a type that there is not. */
#define NO_TEXT        "\xc1\x07\x00\x01\x00\xfe\xff\xff\x00"
#define NO_BLOCK       "\xc1\x02\x07\x00"
#define BINARY         "\xc2\x07\xf2\x48\xcd\xc9\xc9\x07\x00"

#define STREAM(frames) span_of((frames), sizeof(frames) - 1)

enum {
    MAX_MESSAGE = 10
};

static struct rng rng;
static struct guard_page guard;
static struct ws_session *session;
static struct buf came; /* "1:text", '[' and ']' around what came together */
static size_t takes;    /* at most so many that come together */
static bool pauses;
static bool frees;

static void note(enum ws_opcode opcode, struct span payload)
{
    buf_append_uint(&came, opcode);
    buf_append_byte(&came, ':');
    buf_append_span(&came, payload);
    buf_append_byte(&came, ' ');
}

static void act(void)
{
    if (pauses) {
        ws_session_pause(session);
    }
    if (frees) {
        ws_session_free(session);
    }
}

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    (void)user;
    note(opcode, payload);
    act();
}

static void on_received(void *user, enum ws_opcode opcode, struct span payload)
{
    (void)user;
    note(opcode, payload);
}

static size_t on_texts(void *user, const struct sockfeed_text *texts,
                       size_t count)
{
    (void)user;
    count = count < takes ? count : takes;
    buf_append_text(&came, "[ ");
    for (size_t i = 0; i < count; i++) {
        note(WS_OPCODE_TEXT, span_of(texts[i].data, texts[i].size));
    }
    buf_append_text(&came, "] ");
    act();
    return count;
}

static const struct ws_session_handlers together = {
    .message = on_message, .received = on_received, .texts = on_texts};
static const struct ws_session_handlers each = {.message = on_message,
                                                .received = on_received};

static void open_session(const struct ws_session_handlers *handlers)
{
    static const struct ws_extension compression = {.server_bits = 15,
                                                    .client_bits = 15};
    const struct ws_session_config config = {.role = WS_ROLE_CLIENT,
                                             .max_message = MAX_MESSAGE,
                                             .rng = &rng,
                                             .compression = &compression};

    session = ws_session_new(&config, handlers, NULL, 0);
    assert_non_null(session);
}

static int make(void **state)
{
    (void)state;
    rng_init_seed(&rng, 7);
    guard_page_init(&guard, 4096);
    buf_init(&came, 1 << 16);
    takes = SIZE_MAX;
    pauses = false;
    frees = false;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    ws_session_free(session);
    session = NULL;
    buf_deinit(&came);
    guard_page_deinit(&guard);
    return 0;
}

/* Gives the session bytes, behind which nothing can be read, and answers how
 * many it used. What it did not use is as it was. */
static size_t receive(struct span bytes, enum sockfeed_result wanted)
{
    char *at = guard_page_place(&guard, bytes.data, bytes.size);
    size_t used = 0;

    assert_int_equal(ws_session_receive(session, 0, at, bytes.size, &used),
                     wanted);
    assert_true(used <= bytes.size);
    if (wanted == SOCKFEED_OK) {
        assert_memory_equal(at + used, bytes.data + used, bytes.size - used);
    }
    return used;
}

static void assert_came(const char *wanted)
{
    assert_string_equal(buf_text(&came), wanted);
}

static void texts_of_one_read_are_handed_on_together(void **state)
{
    (void)state;
    open_session(&together);
    assert_int_equal(receive(STREAM(HELLO AGAIN AGAIN), SOCKFEED_OK), 23);
    assert_int_equal(receive(STREAM(AGAIN), SOCKFEED_OK), 7);
    assert_came("[ 1:Hello 1:Hello 1:Hello ] [ 1:Hello ] ");
}

static void other_frames_keep_their_place_among_them(void **state)
{
    (void)state;
    open_session(&together);
    receive(STREAM(PLAIN HELLO PLAIN AGAIN BINARY AGAIN PING AGAIN),
            SOCKFEED_OK);
    assert_came("[ 1:raw ] [ 1:Hello ] [ 1:raw ] [ 1:Hello ] 2:Hello "
                "[ 1:Hello ] 9:p [ 1:Hello ] ");
}

static void it_is_the_same_wherever_the_stream_is_cut(void **state)
{
    static const char stream[] = HELLO PLAIN AGAIN AGAIN PING AGAIN HELLO;
    const struct span whole = STREAM(stream);

    (void)state;
    for (size_t cut = 0; cut <= whole.size; cut++) {
        size_t used;

        open_session(&each);
        used = receive(span_of(stream, cut), SOCKFEED_OK);
        used += receive(span_skip(whole, used), SOCKFEED_OK);
        assert_int_equal(used, whole.size);
        assert_came("1:Hello 1:raw 1:Hello 1:Hello 9:p 1:Hello 1:Hello ");
        buf_clear(&came);
        ws_session_free(session);
    }
    session = NULL;
}

static void assert_fails(struct span stream, enum sockfeed_result result,
                         const char *text)
{
    open_session(&together);
    receive(stream, result);
    assert_came("[ 1:Hello 1:Hello ] ");
    assert_non_null(strstr(ws_session_failure(session)->text, text));
    buf_clear(&came);
    ws_session_free(session);
    session = NULL;
}

static void what_comes_before_a_broken_message_is_handed_on(void **state)
{
    (void)state;
    assert_fails(STREAM(HELLO AGAIN NO_BLOCK AGAIN), SOCKFEED_PROTOCOL,
                 "a message that is no deflate");
    assert_fails(STREAM(HELLO AGAIN NO_TEXT AGAIN), SOCKFEED_PROTOCOL,
                 "a text that is not UTF-8");
    /* "HelloHelloHello", where ten bytes are the limit. */
    assert_fails(STREAM(HELLO AGAIN "\xc1\x04\x42\x23\x00\x00" AGAIN),
                 SOCKFEED_TOO_LARGE, "");
}

static void a_broken_message_waits_while_paused(void **state)
{
    static const char stream[] = HELLO NO_BLOCK AGAIN;
    size_t used;

    (void)state;
    open_session(&together);
    pauses = true;
    used = receive(STREAM(stream), SOCKFEED_OK);
    assert_came("[ 1:Hello ] ");
    ws_session_resume(session, 0);
    receive(span_skip(STREAM(stream), used), SOCKFEED_PROTOCOL);
    assert_came("[ 1:Hello ] ");
    assert_int_equal(ws_session_state(session), WS_SESSION_LINGERING);
}

static void what_was_not_taken_together_comes_by_itself(void **state)
{
    (void)state;
    open_session(&together);
    takes = 1;
    receive(STREAM(HELLO AGAIN AGAIN AGAIN), SOCKFEED_OK);
    assert_came("[ 1:Hello ] 1:Hello [ 1:Hello ] 1:Hello ");
    buf_clear(&came);
    takes = 0;
    receive(STREAM(AGAIN PLAIN), SOCKFEED_OK);
    assert_came("[ ] 1:Hello [ ] 1:raw ");
}

/* Whichever of them was the last before the pause: what follows has been
 * inflated already, and comes afterwards all the same. */
static void a_pause_among_them_loses_none(void **state)
{
    static const char stream[] = HELLO AGAIN AGAIN AGAIN PING NO_TEXT AGAIN;
    struct span rest = STREAM(stream);

    (void)state;
    open_session(&together);
    pauses = true;
    for (takes = 0; takes <= 2; takes++) {
        rest = span_skip(rest, receive(rest, SOCKFEED_OK));
        assert_int_equal(receive(rest, SOCKFEED_OK), 0);
        ws_session_resume(session, 0);
    }
    pauses = false;
    receive(rest, SOCKFEED_PROTOCOL);
    assert_came("[ ] [ 1:Hello ] [ 1:Hello 1:Hello ] [ 1:Hello ] 9:p ");
}

static void nothing_is_read_while_paused(void **state)
{
    static const char stream[] = HELLO PLAIN AGAIN;
    size_t used;

    (void)state;
    open_session(&each);
    pauses = true;
    used = receive(STREAM(stream), SOCKFEED_OK);
    assert_came("1:Hello ");
    assert_int_equal(receive(span_skip(STREAM(stream), used), SOCKFEED_OK), 0);
    pauses = false;
    ws_session_resume(session, 0);
    receive(span_skip(STREAM(stream), used), SOCKFEED_OK);
    assert_came("1:Hello 1:raw 1:Hello ");
}

static void it_can_be_freed_while_it_hands_on(void **state)
{
    (void)state;
    open_session(&together);
    frees = true;
    receive(STREAM(HELLO PLAIN AGAIN), SOCKFEED_STATE);
    session = NULL;
    assert_came("[ 1:Hello ] ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            texts_of_one_read_are_handed_on_together, make, drop),
        cmocka_unit_test_setup_teardown(
            other_frames_keep_their_place_among_them, make, drop),
        cmocka_unit_test_setup_teardown(
            it_is_the_same_wherever_the_stream_is_cut, make, drop),
        cmocka_unit_test_setup_teardown(
            what_comes_before_a_broken_message_is_handed_on, make, drop),
        cmocka_unit_test_setup_teardown(a_broken_message_waits_while_paused,
                                        make, drop),
        cmocka_unit_test_setup_teardown(
            what_was_not_taken_together_comes_by_itself, make, drop),
        cmocka_unit_test_setup_teardown(a_pause_among_them_loses_none, make,
                                        drop),
        cmocka_unit_test_setup_teardown(nothing_is_read_while_paused, make,
                                        drop),
        cmocka_unit_test_setup_teardown(it_can_be_freed_while_it_hands_on, make,
                                        drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
