/* SPDX-License-Identifier: MIT */
#include "cli/shape/decode_cryptocompare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void decoded(const char *text, enum decode_outcome outcome,
                    const char *expected)
{
    struct buf out;

    buf_init(&out, 100000);
    buf_append_text(&out, "before ");
    if (decode_cryptocompare(&out, span_text(text)) != outcome) {
        fail_msg("%s", text);
    }
    assert_memory_equal(buf_text(&out), "before ", 7);
    assert_string_equal(buf_text(&out) + 7, expected);
    buf_deinit(&out);
}

static void done(const char *text, const char *expected)
{
    decoded(text, DECODE_DONE, expected);
}

static void a_tick_gets_the_later_field_names(void **state)
{
    (void)state;
    done("5~CCCAGG~BTC~USD~1~2500.50~1500000000~9",
         "{\"TYPE\":\"5\",\"MARKET\":\"CCCAGG\",\"FROMSYMBOL\":\"BTC\","
         "\"TOSYMBOL\":\"USD\",\"FLAGS\":1,\"PRICE\":2500.50,"
         "\"LASTUPDATE\":1500000000}");
    done("2~itBit~BTC~USD~4~0",
         "{\"TYPE\":\"2\",\"MARKET\":\"itBit\",\"FROMSYMBOL\":\"BTC\","
         "\"TOSYMBOL\":\"USD\",\"FLAGS\":4}");
}

static void every_bit_of_the_mask_has_its_name(void **state)
{
    (void)state;
    done("5~M~F~T~4~1~2~3~4~5~6~7~8~9~10~11~12~13~14~15~16~17~18~19~20~21~22"
         "~23~24~25~26~3ffffff",
         "{\"TYPE\":\"5\",\"MARKET\":\"M\",\"FROMSYMBOL\":\"F\","
         "\"TOSYMBOL\":\"T\",\"FLAGS\":4,\"PRICE\":1,\"BID\":2,\"ASK\":3,"
         "\"LASTUPDATE\":4,\"MEDIAN\":5,\"LASTVOLUME\":6,\"LASTVOLUMETO\":7,"
         "\"LASTTRADEID\":\"8\",\"VOLUMEDAY\":9,\"VOLUMEDAYTO\":10,"
         "\"VOLUME24HOUR\":11,\"VOLUME24HOURTO\":12,\"OPENDAY\":13,"
         "\"HIGHDAY\":14,\"LOWDAY\":15,\"OPEN24HOUR\":16,\"HIGH24HOUR\":17,"
         "\"LOW24HOUR\":18,\"LASTMARKET\":\"19\",\"VOLUMEHOUR\":20,"
         "\"VOLUMEHOURTO\":21,\"OPENHOUR\":22,\"HIGHHOUR\":23,\"LOWHOUR\":24,"
         "\"TOPTIERVOLUME24HOUR\":25,\"TOPTIERVOLUME24HOURTO\":26}");
}

static void numbers_stay_as_they_were_written(void **state)
{
    (void)state;
    done("5~M~F~T~4~3e-7~1261.4759999999999~0.10~7",
         "{\"TYPE\":\"5\",\"MARKET\":\"M\",\"FROMSYMBOL\":\"F\","
         "\"TOSYMBOL\":\"T\",\"FLAGS\":4,\"PRICE\":3e-7,"
         "\"BID\":1261.4759999999999,\"ASK\":0.10}");
    /* 0x1p3, 01 and nothing are no JSON numbers. */
    done("5~M~F~T~~NaN~01~~7",
         "{\"TYPE\":\"5\",\"MARKET\":\"M\",\"FROMSYMBOL\":\"F\","
         "\"TOSYMBOL\":\"T\",\"FLAGS\":\"\",\"PRICE\":\"NaN\",\"BID\":\"01\","
         "\"ASK\":\"\"}");
}

static void identifiers_and_symbols_are_strings(void **state)
{
    (void)state;
    done("5~1~42~\"*\"~4~3.150557753218847e+21~80",
         "{\"TYPE\":\"5\",\"MARKET\":\"1\",\"FROMSYMBOL\":\"42\","
         "\"TOSYMBOL\":\"\\\"*\\\"\",\"FLAGS\":4,"
         "\"LASTTRADEID\":\"3.150557753218847e+21\"}");
}

static void trades_have_a_table_of_their_own(void **state)
{
    (void)state;
    done("0~Coinbase~BTC~USD~9~77~1500000000~0.5~100~50~1f",
         "{\"TYPE\":\"0\",\"M\":\"Coinbase\",\"FSYM\":\"BTC\","
         "\"TSYM\":\"USD\",\"F\":9,\"ID\":\"77\",\"TS\":1500000000,\"Q\":0.5,"
         "\"P\":100,\"TOTAL\":50}");
    done("0~M~F~T~2~1~2~3~4~5~6~7e",
         "{\"TYPE\":\"0\",\"M\":\"M\",\"FSYM\":\"F\",\"TSYM\":\"T\",\"F\":2,"
         "\"TS\":1,\"Q\":2,\"P\":3,\"TOTAL\":4,\"RTS\":5,\"CCSEQ\":6}");
}

static void types_without_a_mask(void **state)
{
    (void)state;
    done("11~BTC~123.40",
         "{\"TYPE\":\"11\",\"SYMBOL\":\"BTC\",\"FULLVOLUME\":123.40}");
    done("21~BTC~1",
         "{\"TYPE\":\"21\",\"SYMBOL\":\"BTC\",\"TOPTIERFULLVOLUME\":1}");
    done("3~LOADCOMPLETE", "{\"TYPE\":\"3\",\"MESSAGE\":\"LOADCOMPLETE\"}");
    done("401~TOO_MANY_SOCKETS_FROM_SAME_IP_MAX_50",
         "{\"TYPE\":\"401\","
         "\"MESSAGE\":\"TOO_MANY_SOCKETS_FROM_SAME_IP_MAX_50\"}");
    done("429~X", "{\"TYPE\":\"429\",\"MESSAGE\":\"X\"}");
    done("500~INVALID_SUB", "{\"TYPE\":\"500\",\"MESSAGE\":\"INVALID_SUB\"}");
}

static void order_books_and_candles(void **state)
{
    (void)state;
    done("8~M~F~T~0~4~17~1.5~2~99~1",
         "{\"TYPE\":\"8\",\"M\":\"M\",\"FSYM\":\"F\",\"TSYM\":\"T\","
         "\"SIDE\":0,\"ACTION\":4,\"CCSEQ\":17,\"P\":1.5,\"Q\":2,\"SEQ\":99}");
    done("24~M~F~T~1500000000~m~U~1~2~1001",
         "{\"TYPE\":\"24\",\"MARKET\":\"M\",\"FROMSYMBOL\":\"F\","
         "\"TOSYMBOL\":\"T\",\"TS\":1500000000,\"UNIT\":\"m\","
         "\"ACTION\":\"U\",\"OPEN\":1,\"LASTPRICE\":2}");
}

static void unknown_bits_keep_their_values_in_order(void **state)
{
    (void)state;
    done("5~M~F~T~4~1~2~x~8000000004000001",
         "{\"TYPE\":\"5\",\"MARKET\":\"M\",\"FROMSYMBOL\":\"F\","
         "\"TOSYMBOL\":\"T\",\"FLAGS\":4,\"PRICE\":1,\"BIT26\":2,"
         "\"BIT63\":\"x\"}");
}

static void other_texts_are_left_alone(void **state)
{
    static const char *const others[] = {
        "",  "pong", "{\"TYPE\":\"5\"}", "5",        "30~a~b~1",
        "~", "16~x", "999~HEARTBEAT",    "05~a~b~c", "5a~b",
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        decoded(others[i], DECODE_OTHER, "");
    }
}

static void damaged_messages_are_told_apart(void **state)
{
    static const char *const damaged[] = {
        "5~",
        "5~CCCAGG~BTC~USD",
        "5~CCCAGG~BTC~USD~4",
        "5~CCCAGG~BTC~USD~4~1~2~1", /* a value too many */
        "5~CCCAGG~BTC~USD~4~1~3",   /* a value too few */
        "5~CCCAGG~BTC~USD~4~1~G",   /* no mask */
        "5~CCCAGG~BTC~USD~4~1~",
        "5~CCCAGG~BTC~USD~4~1~0x1",
        "5~CCCAGG~BTC~USD~4~1~00000000000000001", /* too wide */
        "11~BTC",
        "11~BTC~1~2",
        "3~LOADCOMPLETE~x",
        "5~M~F~T~4~1~1|5~M~F~T~4~1~1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        decoded(damaged[i], DECODE_DAMAGED, "");
    }
}

/* A message with so many values and a mask of 64 bits. */
static const char *with_values(struct buf *text, int count)
{
    buf_clear(text);
    buf_append_text(text, "5~a~b~c~d");
    for (int i = 0; i < count; i++) {
        buf_append_text(text, "~1");
    }
    buf_append_text(text, "~ffffffffffffffff");
    return buf_text(text);
}

static void as_many_fields_as_there_can_be(void **state)
{
    struct buf text;
    struct buf out;

    (void)state;
    buf_init(&text, 10000);
    buf_init(&out, 10000);
    assert_int_equal(
        decode_cryptocompare(&out, span_text(with_values(&text, 64))),
        DECODE_DONE);
    assert_non_null(strstr(buf_text(&out), "\"BIT63\":1}"));
    decoded(with_values(&text, 63), DECODE_DAMAGED, "");
    decoded(with_values(&text, 65), DECODE_DAMAGED, "");
    decoded(with_values(&text, 1000), DECODE_DAMAGED, "");
    buf_deinit(&text);
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_gets_the_later_field_names),
        cmocka_unit_test(every_bit_of_the_mask_has_its_name),
        cmocka_unit_test(numbers_stay_as_they_were_written),
        cmocka_unit_test(identifiers_and_symbols_are_strings),
        cmocka_unit_test(trades_have_a_table_of_their_own),
        cmocka_unit_test(types_without_a_mask),
        cmocka_unit_test(order_books_and_candles),
        cmocka_unit_test(unknown_bits_keep_their_values_in_order),
        cmocka_unit_test(other_texts_are_left_alone),
        cmocka_unit_test(damaged_messages_are_told_apart),
        cmocka_unit_test(as_many_fields_as_there_can_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
