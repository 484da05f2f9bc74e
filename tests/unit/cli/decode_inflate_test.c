/* SPDX-License-Identifier: MIT */
#include "cli/shape/decode_inflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum {
    GZIP = MAX_WBITS + 16,
    ZLIB = MAX_WBITS,
    RAW = -MAX_WBITS,
    ROOM = 100000
};

static char packed[ROOM];

/* Compresses into `packed` behind `at`; gives where it ends. */
static size_t pack(size_t at, struct span text, int window, int flush)
{
    z_stream stream = {0};

    assert_int_equal(
        deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY),
        Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text.data;
    stream.avail_in = (uInt)text.size;
    stream.next_out = (Bytef *)packed + at;
    stream.avail_out = (uInt)(ROOM - at);
    assert_true(deflate(&stream, flush) >= Z_OK);
    at = ROOM - stream.avail_out;
    (void)deflateEnd(&stream);
    return at;
}

static enum sockfeed_result run(struct decode_inflate *inflate,
                                struct span *text, size_t size, size_t limit)
{
    return decode_inflate_run(inflate, text, span_of(packed, size), limit);
}

static struct decode_inflate *begin(void)
{
    struct decode_inflate *inflate;

    assert_int_equal(decode_inflate_new(&inflate), SOCKFEED_OK);
    return inflate;
}

static void inflates_the_three_formats(void **state)
{
    static const int windows[] = {GZIP, ZLIB, RAW};
    struct decode_inflate *inflate = begin();
    struct span text;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = pack(0, span_text("{\"p\":0.10}"), windows[i], Z_FINISH);

        assert_int_equal(run(inflate, &text, size, 1000), SOCKFEED_OK);
        assert_true(span_is(text, "{\"p\":0.10}"));
        size = pack(0, span_text(""), windows[i], Z_FINISH);
        assert_int_equal(run(inflate, &text, size, 1000), SOCKFEED_OK);
        assert_int_equal(text.size, 0);
        assert_non_null(text.data);
    }
    decode_inflate_free(inflate);
}

static void gzip_members_are_one_text(void **state)
{
    struct decode_inflate *inflate = begin();
    struct span text;
    size_t size = pack(0, span_text("one "), GZIP, Z_FINISH);

    (void)state;
    size = pack(size, span_text("two"), GZIP, Z_FINISH);
    assert_int_equal(run(inflate, &text, size, 1000), SOCKFEED_OK);
    assert_true(span_is(text, "one two"));
    decode_inflate_free(inflate);
}

static void a_raw_stream_may_end_in_a_sync_flush(void **state)
{
    struct decode_inflate *inflate = begin();
    struct span text;
    size_t size = pack(0, span_text("tick"), RAW, Z_SYNC_FLUSH);

    (void)state;
    assert_int_equal(run(inflate, &text, size, 1000), SOCKFEED_OK);
    assert_true(span_is(text, "tick"));
    decode_inflate_free(inflate);
}

static void what_is_cut_or_followed_is_refused(void **state)
{
    static const int windows[] = {GZIP, ZLIB, RAW};
    struct decode_inflate *inflate = begin();
    struct span text;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = pack(0, span_text("some text"), windows[i], Z_FINISH);

        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(run(inflate, &text, cut, 1000), SOCKFEED_INVALID);
        }
        packed[size] = 'x';
        assert_int_equal(run(inflate, &text, size + 1, 1000), SOCKFEED_INVALID);
    }
    decode_inflate_free(inflate);
}

static void other_bytes_are_refused(void **state)
{
    struct decode_inflate *inflate = begin();
    struct span text;

    (void)state;
    memcpy(packed, "\xff\xfe", 2);
    assert_int_equal(run(inflate, &text, 2, 1000), SOCKFEED_INVALID);
    /* What inflates to something else than UTF-8 is no text. */
    assert_int_equal(
        run(inflate, &text, pack(0, span_text("\xff"), GZIP, Z_FINISH), 1000),
        SOCKFEED_INVALID);
    decode_inflate_free(inflate);
}

static void the_limit_is_met_to_the_byte(void **state)
{
    static char zeros[70000];
    struct decode_inflate *inflate = begin();
    struct span text;
    size_t size;

    (void)state;
    memset(zeros, '0', sizeof zeros);
    size = pack(0, span_of(zeros, sizeof zeros), GZIP, Z_FINISH);
    assert_int_equal(run(inflate, &text, size, sizeof zeros), SOCKFEED_OK);
    assert_int_equal(text.size, sizeof zeros);
    assert_int_equal(run(inflate, &text, size, sizeof zeros - 1),
                     SOCKFEED_TOO_LARGE);
    /* And is good for another one after that. */
    assert_int_equal(run(inflate, &text, size, sizeof zeros), SOCKFEED_OK);
    decode_inflate_free(inflate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflates_the_three_formats),
        cmocka_unit_test(gzip_members_are_one_text),
        cmocka_unit_test(a_raw_stream_may_end_in_a_sync_flush),
        cmocka_unit_test(what_is_cut_or_followed_is_refused),
        cmocka_unit_test(other_bytes_are_refused),
        cmocka_unit_test(the_limit_is_met_to_the_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
