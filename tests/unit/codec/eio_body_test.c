/* SPDX-License-Identifier: MIT */
#include "codec/eio_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void tells_the_form_by_the_open_packet(void **state)
{
    static const struct {
        const char *body;
        bool octets;
        bool is_one;
        enum eio_body_form form;
    } rows[] = {
        {"0{\"sid\":\"a\"}",  false, true,  EIO_BODY_4       },
        {"97:0{\"sid\":",     false, true,  EIO_BODY_3_TEXT  },
        {"\x01\x02\xff",      true,  true,  EIO_BODY_3_BINARY},
        {"0{",                true,  false, EIO_BODY_4       },
        {"",                  false, false, EIO_BODY_4       },
        {"",                  true,  false, EIO_BODY_4       },
        {"97:40",             false, false, EIO_BODY_4       },
        {":0{",               false, false, EIO_BODY_4       },
        {"<html>",            false, false, EIO_BODY_4       },
        {"40{\"sid\":\"a\"}", false, false, EIO_BODY_4       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum eio_body_form form;

        assert_int_equal(
            eio_body_detect(&form, rows[i].octets, span_text(rows[i].body)),
            rows[i].is_one);
        if (rows[i].is_one) {
            assert_int_equal(form, rows[i].form);
        }
    }
}

struct message {
    bool binary;
    const char *data;
    size_t size;
};

/* The body has these messages, none of which reaches behind it. */
static void assert_messages(enum eio_body_form form, struct span bytes,
                            const struct message *messages, size_t count)
{
    struct malformed malformed;
    struct eio_body body;
    struct span got;
    char copy[100];
    bool binary;

    memcpy(copy, bytes.data, bytes.size);
    eio_body_init(&body, form, copy, bytes.size);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(eio_body_next(&body, &binary, &got, &malformed),
                         SOCKFEED_OK);
        assert_int_equal(binary, messages[i].binary);
        assert_true(
            span_equal(got, span_of(messages[i].data, messages[i].size)));
    }
    assert_int_equal(eio_body_next(&body, &binary, &got, &malformed),
                     SOCKFEED_MORE);
}

static void gives_messages_as_a_websocket_would(void **state)
{
    static const struct message four[] = {
        {false, "4\xe2\x82\xac", 4},
        {true,  "\x01\x02\x03",  3},
        {false, "2",             1}
    };
    static const struct message text[] = {
        {false, "4\xf0\x9f\x98\x80", 5},
        {true,  "\4\1\2\3",          4}
    };
    static const struct message bytes[] = {
        {false, "4\xe2\x82\xac", 4},
        {true,  "\x04\x01\x02",  3}
    };
    static const char octets[] = "\0\4\xff"
                                 "4\xe2\x82\xac\1\3\xff\4\1\2";

    (void)state;
    assert_messages(EIO_BODY_4,
                    span_text("4\xe2\x82\xac\x1e"
                              "bAQID\x1e"
                              "2"),
                    four, 3);
    assert_messages(EIO_BODY_3_TEXT,
                    span_text("3:4\xf0\x9f\x98\x80"
                              "0:6:b4AQID"),
                    text, 2);
    assert_messages(EIO_BODY_3_BINARY, span_of(octets, sizeof octets - 1),
                    bytes, 2);
}

static void refuses_bytes_that_are_no_base64(void **state)
{
    static const char *const bodies[] = {"4a\x1e"
                                         "bA@ID",
                                         "4a\x1e"
                                         "bA"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct malformed malformed = {0, NULL};
        struct eio_body body;
        struct span got;
        char copy[16];
        bool binary;

        memcpy(copy, bodies[i], strlen(bodies[i]));
        eio_body_init(&body, EIO_BODY_4, copy, strlen(bodies[i]));
        assert_int_equal(eio_body_next(&body, &binary, &got, &malformed),
                         SOCKFEED_OK);
        assert_int_equal(eio_body_next(&body, &binary, &got, &malformed),
                         SOCKFEED_PROTOCOL);
        assert_true(malformed.offset >= 4);
    }
}

/* What is written for the server is read back, and is as long as was said. */
static void writes_bodies_of_the_size_it_says(void **state)
{
    static const char data[1200] = {4, 'a', 'b'};

    (void)state;
    for (unsigned revision = 3; revision <= 4; revision++) {
        for (size_t size = 1; size < sizeof data; size++) {
            struct buf body;

            buf_init(&body, 10000);
            for (unsigned binary = 0; binary < 2; binary++) {
                size_t before = body.size;
                size_t said = eio_body_size(&body, (enum eio_revision)revision,
                                            binary != 0, span_of(data, size));

                eio_body_append(&body, (enum eio_revision)revision, binary != 0,
                                span_of(data, size));
                assert_int_equal(body.size - before, said);
            }
            assert_int_equal(buf_result(&body), SOCKFEED_OK);
            buf_deinit(&body);
        }
    }
}

static void writes_the_forms_that_every_server_takes(void **state)
{
    struct span text = span_text("4\xe2\x82\xac");
    struct buf body;

    (void)state;
    buf_init(&body, 100);
    eio_body_append(&body, EIO_REVISION_4, false, text);
    eio_body_append(&body, EIO_REVISION_4, true, span_of("\1\2\3", 3));
    assert_true(span_is(buf_span(&body), "4\xe2\x82\xac\x1e"
                                         "bAQID"));
    buf_clear(&body);
    eio_body_append(&body, EIO_REVISION_3, false, text);
    eio_body_append(&body, EIO_REVISION_3, true, span_of("\4\1\2", 3));
    assert_true(
        span_equal(buf_span(&body), span_of("\0\4\xff"
                                            "4\xe2\x82\xac\1\3\xff\4\1\2",
                                            13)));
    buf_deinit(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_form_by_the_open_packet),
        cmocka_unit_test(gives_messages_as_a_websocket_would),
        cmocka_unit_test(refuses_bytes_that_are_no_base64),
        cmocka_unit_test(writes_bodies_of_the_size_it_says),
        cmocka_unit_test(writes_the_forms_that_every_server_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
