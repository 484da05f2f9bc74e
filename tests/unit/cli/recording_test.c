/* SPDX-License-Identifier: MIT */
#include "cli/files/recording.h"

#include "base/buf.h"
#include "cli/serve/replay_answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char path[] = "/tmp/sockfeed-recording-XXXXXX";

static int set_up(void **state)
{
    int descriptor = mkstemp(path);

    (void)state;
    assert_true(descriptor >= 0);
    return close(descriptor);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const void *data, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void note(struct buf *log, const struct moment *moment)
{
    static const char *const said[] = {"text",    "binary", "join",  "leave",
                                       "refusal", "event",  "answer"};

    buf_append_format(log, "%d %s ", (int)moment->connection,
                      moment->incoming ? "in" : "out");
    switch (moment->type) {
    case MOMENT_OPEN:
        buf_append_text(log, "open");
        break;
    case MOMENT_CLOSE:
        buf_append_format(log, "close %u ", moment->code);
        buf_append_span(log, moment->reason);
        break;
    case MOMENT_SAID:
        buf_append_format(log, "%s ", said[moment->said.type]);
        buf_append(log, moment->said.space, moment->said.space_size);
        if (moment->said.has_id) {
            buf_append_format(log, " %d", (int)moment->said.id);
        }
        buf_append_byte(log, ' ');
        buf_append(log, moment->said.data, moment->said.size);
        break;
    }
    buf_append_byte(log, '\n');
}

/* Reads the file; the result, and where it is INVALID the line, are added. */
static void read_all(struct recording *recording, struct buf *log)
{
    struct capture_error error;
    struct moment moment;
    enum sockfeed_result result;

    while ((result = recording_next(recording, &moment, &error)) ==
           SOCKFEED_OK) {
        note(log, &moment);
    }
    if (result == SOCKFEED_INVALID) {
        buf_append_format(log, "%zu: %s\n", error.line, error.text);
    } else {
        assert_int_equal(result, SOCKFEED_MORE);
    }
}

static void assert_reads(const char *wanted)
{
    struct capture_error error;
    struct recording recording;
    struct buf log;

    buf_init(&log, 65536);
    assert_int_equal(recording_open(&recording, path, &error), SOCKFEED_OK);
    read_all(&recording, &log);
    assert_string_equal(buf_text(&log), wanted);
    buf_clear(&log);
    recording_rewind(&recording);
    read_all(&recording, &log);
    assert_string_equal(buf_text(&log), wanted);
    recording_close(&recording);
    buf_deinit(&log);
}

static void assert_file(const char *text, const char *wanted)
{
    write_file(text, strlen(text));
    assert_reads(wanted);
}

#define LINE(conn, dir, op, rest) \
 "{\"t\":5,\"conn\":" #conn ",\"dir\":\"" dir "\",\"op\":\"" op "\"" rest "}\n"
#define TEXT(conn, dir, data) LINE(conn, dir, "text", ",\"data\":\"" data "\"")

static void says_what_was_said_on_socket_io(void **state)
{
    (void)state;
    assert_file(LINE(1, "out", "open", ",\"protocol\":\"sio\"") TEXT(
                    1, "in", "0{}") TEXT(1, "in", "40") TEXT(1, "in", "2")
                    TEXT(1, "in", "40/a,") TEXT(1, "out", "427[\\\"q\\\"]")
                        TEXT(1, "in", "437[1]") TEXT(1, "in", "44/b,\\\"no\\\"")
                            TEXT(1, "in", "41/a,") LINE(1, "in", "close",
                                                        ",\"code\":1001,"
                                                        "\"reason\":\"bye\""),
                "1 out open\n1 in join / \n1 in join /a \n"
                "1 out event / 7 [\"q\"]\n1 in answer / 7 [1]\n"
                "1 in refusal /b \"no\"\n1 in leave /a \n"
                "1 in close 1001 bye\n");
}

/* In revision 3 the bytes begin with their packet's type; connections may
 * come between a packet and its attachment. */
static void puts_attachments_in_their_places(void **state)
{
    static const char packet[] = "451-[\\\"e\\\","
                                 "{\\\"_placeholder\\\":true,"
                                 "\\\"num\\\":0}]";
    struct buf text;

    (void)state;
    buf_init(&text, 4096);
    buf_append_text(&text, TEXT(1, "in", "0{}") TEXT(1, "in", "40"));
    buf_append_text(&text, TEXT(2, "in", "0{}")
                               TEXT(2, "in", "40{\\\"sid\\\":\\\"x\\\"}"));
    for (int i = 1; i <= 2; i++) {
        buf_append_format(&text,
                          "{\"t\":5,\"conn\":%d,\"dir\":\"in\",\"op\":"
                          "\"text\",\"data\":\"%s\"}\n",
                          i, packet);
    }
    buf_append_text(&text, LINE(2, "in", "binary", ",\"data\":\"BAEC\""));
    buf_append_text(&text, LINE(1, "in", "binary", ",\"data\":\"BAEC\""));
    assert_file(buf_text(&text),
                "1 in join / \n2 in join / {\"sid\":\"x\"}\n"
                "2 in event / [\"e\",{\"$base64\":\"BAEC\"}]\n"
                "1 in event / [\"e\",{\"$base64\":\"AQI=\"}]\n");
    buf_deinit(&text);
}

static void says_what_was_said_without_socket_io(void **state)
{
    (void)state;
    assert_file(TEXT(1, "in", "4x") LINE(1, "out", "ping", ",\"data\":\"\"")
                    TEXT(1, "out", "y"),
                "1 in text  4x\n1 out text  y\n");
    assert_file(LINE(1, "out", "open", ",\"protocol\":\"eio\"")
                    TEXT(1, "in", "0{}") TEXT(1, "in", "4x") TEXT(1, "in", "2")
                        TEXT(1, "out", "4y"),
                "1 out open\n1 in text  x\n1 out text  y\n");
}

static void a_run_that_counts_anew_is_another_connection(void **state)
{
    (void)state;
    assert_file(LINE(1, "out", "open", ",\"protocol\":\"sio\"")
                    TEXT(1, "in", "42[\\\"a\\\"]")
                        LINE(1, "out", "open", ",\"protocol\":\"ws\"")
                            TEXT(1, "in", "42"),
                "1 out open\n1 in event / [\"a\"]\n1 out open\n"
                "1 in text  42\n");
}

static void leaves_out_what_cannot_be_read(void **state)
{
    struct capture_error error;
    struct recording recording;
    struct buf log;

    (void)state;
    assert_file(TEXT(1, "in", "0{}") TEXT(1, "in", "42{}")
                    TEXT(1, "in", "42[\\\"a\\\"]"),
                "1 in event / [\"a\"]\n");
    buf_init(&log, 4096);
    assert_int_equal(recording_open(&recording, path, &error), SOCKFEED_OK);
    read_all(&recording, &log);
    assert_int_equal(recording.unreadable, 1);
    assert_int_equal(recording.first_line, 2);
    recording_close(&recording);
    buf_deinit(&log);
}

static void says_where_a_line_is_wrong(void **state)
{
    (void)state;
    assert_file(
        TEXT(1, "in", "x") "{]\n" TEXT(1, "in", "y"),
        "1 in text  x\n2: column 2: a key in double quotes is expected\n");
    assert_file("{\"t\":1,\"conn\":1,\"dir\":\"up\"}\n",
                "1: column 23: \"dir\" is neither \"in\" nor \"out\"\n");
    assert_file("{\"t\":1}\n", "1: \"conn\" is no number of a connection\n");
}

static void a_last_line_may_be_cut_off(void **state)
{
    static const char whole[] = TEXT(1, "in", "x");

    (void)state;
    for (size_t size = 0; size < sizeof whole - 3; size++) {
        char text[sizeof whole * 2];

        memcpy(text, whole, sizeof whole);
        memcpy(text + sizeof whole - 1, whole, size);
        write_file(text, sizeof whole - 1 + size);
        assert_reads("1 in text  x\n");
    }
}

static void reads_gzip_piece_by_piece(void **state)
{
    static const char lines[] = TEXT(1, "in", "a") TEXT(1, "in", "b");
    gzFile file;

    (void)state;
    for (int i = 0; i < 2; i++) {
        file = gzopen(path, i == 0 ? "wb" : "ab");
        assert_non_null(file);
        assert_int_equal(gzwrite(file, lines, sizeof lines - 1),
                         sizeof lines - 1);
        assert_int_equal(gzclose(file), Z_OK);
    }
    assert_reads("1 in text  a\n1 in text  b\n"
                 "1 in text  a\n1 in text  b\n");
}

/* ---- Answers that are given again ---------------------------------------- */

static void learn(struct replay_answers *answers, uint64_t id,
                  const char *request, const char *reply)
{
    struct moment moment = {.type = MOMENT_SAID, .connection = 1};

    moment.said = (struct sockfeed_said){.type = SOCKFEED_SAID_EVENT,
                                         .space = "/",
                                         .space_size = 1,
                                         .has_id = true,
                                         .id = id,
                                         .data = request,
                                         .size = strlen(request)};
    replay_answers_learn(answers, &moment);
    if (reply != NULL) {
        moment.incoming = true;
        moment.said.type = SOCKFEED_SAID_ANSWER;
        moment.said.data = reply;
        moment.said.size = strlen(reply);
        replay_answers_learn(answers, &moment);
    }
}

static void assert_answer(const struct replay_answers *answers,
                          struct replay_answers_used *used, const char *request,
                          const char *reply)
{
    const struct replay_note *found =
        replay_answers_find(answers, used, span_text("/"), span_text(request));

    if (reply == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_true(span_is(found->answer->data, reply));
}

static void requests_are_answered_as_they_were(void **state)
{
    struct replay_answers_used used = {NULL};
    struct replay_answers answers;

    (void)state;
    replay_answers_init(&answers);
    learn(&answers, 0, "[\"get\",1]", "[\"one\"]");
    learn(&answers, 1, "[\"get\",2]", "[\"two\"]");
    learn(&answers, 2, "[\"get\",1]", "[\"one again\"]");
    learn(&answers, 3, "[\"lost\"]", NULL);
    assert_answer(&answers, &used, "[\"get\", 1.0]", "[\"one\"]");
    assert_answer(&answers, &used, "[\"get\",1]", "[\"one again\"]");
    assert_answer(&answers, &used, "[\"get\",1]", "[\"one\"]");
    assert_answer(&answers, &used, "[\"get\",3]", "[\"two\"]");
    assert_answer(&answers, &used, "[\"lost\"]", NULL);
    assert_answer(&answers, &used, "[\"other\"]", NULL);
    assert_null(replay_answers_find(&answers, &used, span_text("/b"),
                                    span_text("[\"get\",1]")));
    replay_answers_used_deinit(&used);
    replay_answers_deinit(&answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_was_said_on_socket_io),
        cmocka_unit_test(puts_attachments_in_their_places),
        cmocka_unit_test(says_what_was_said_without_socket_io),
        cmocka_unit_test(a_run_that_counts_anew_is_another_connection),
        cmocka_unit_test(leaves_out_what_cannot_be_read),
        cmocka_unit_test(says_where_a_line_is_wrong),
        cmocka_unit_test(a_last_line_may_be_cut_off),
        cmocka_unit_test(reads_gzip_piece_by_piece),
        cmocka_unit_test(requests_are_answered_as_they_were),
    };

    return cmocka_run_group_tests_name("cli/recording", tests, set_up,
                                       tear_down);
}
