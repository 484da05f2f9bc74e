/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "cli/output/output.h"
#include "tests/support/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * What it costs from a message to a line on standard output (/dev/null): the
 * same few messages over and over, as many in each read as a busy feed brings.
 *
 *     forms_bench [CASE [MESSAGES]] >/dev/null
 */
enum {
    BENCH_MESSAGES = 1000000,
    BENCH_READ = 64, /* messages that one read brings */
    BENCH_ROUNDS = 5
};

static const char packet[] =
    "42[\"trade\",{\"e\":\"aggTrade\",\"E\":1700000000123,\"s\":\"BTCUSDT\","
    "\"a\":26129021,\"p\":\"37120.50000000\",\"q\":\"0.00431000\","
    "\"f\":47123456,\"l\":47123457,\"T\":1700000000121,\"m\":true,\"M\":true,"
    "\"x\":0.10}]";
static const char packed[] =
    "42[\"m\",\"5~CCCAGG~BTC~USD~1~37120.5~1700000000~0.00431~159.989355~"
    "26129021~151337.526~1185139983.83~232720.331~1855947491.6~fe9\"]";

enum bench_kind {
    BENCH_EVENT,
    BENCH_TEXT, /* the argument of the event as a plain message */
    BENCH_FRAME,
    BENCH_PACKED
};

static const char *match_hit[] = {"\"s\":\"BTC(USDT|USD)\""};
static const char *match_miss[] = {"\"s\":\"ETH(USDT|USD)\""};
static const char *event_hit[] = {"trade*"};
static const char *where_hit[] = {"/p > 37000"};

static const struct bench_case {
    const char *name;
    enum bench_kind kind;
    struct output_options options;
} cases[] = {
    {"json",           BENCH_EVENT,  {.form = OUTPUT_FORM_JSON}             },
    {"data",           BENCH_EVENT,  {.form = OUTPUT_FORM_DATA}             },
    {"text",           BENCH_EVENT,  {.form = OUTPUT_FORM_TEXT}             },
    {"envelope",       BENCH_EVENT,  {.form = OUTPUT_FORM_ENVELOPE}         },
    {"raw",            BENCH_FRAME,  {.form = OUTPUT_FORM_RAW}              },
    {"plain-raw",      BENCH_TEXT,   {.form = OUTPUT_FORM_RAW}              },
    {"plain-json",     BENCH_TEXT,   {.form = OUTPUT_FORM_JSON}             },
    {"plain-envelope", BENCH_TEXT,   {.form = OUTPUT_FORM_ENVELOPE}         },
    {"timestamp",      BENCH_EVENT,  {.timestamp = true}                    },
    {"drop",           BENCH_EVENT,  {.on_full = OUTPUT_ON_FULL_DROP}       },
    {"event",          BENCH_EVENT,  {.events = {event_hit, 1}}             },
    {"match",          BENCH_EVENT,  {.match = {match_hit, 1}}              },
    {"match-not",      BENCH_EVENT,  {.match = {match_miss, 1}}             },
    {"where",          BENCH_EVENT,  {.where = {where_hit, 1}}              },
    {"select",         BENCH_EVENT,  {.select = "/s,/p,/q"}                 },
    {"template",       BENCH_EVENT,  {.format = "%{/s} %{/p}\\n"}           },
    {"decode",         BENCH_PACKED, {.decode = OUTPUT_DECODE_CRYPTOCOMPARE}},
};

static struct sockfeed_event make_event(enum bench_kind kind)
{
    struct sockfeed_event event = messages_event(packet, sizeof packet - 1);

    switch (kind) {
    case BENCH_EVENT:
        break;
    case BENCH_TEXT:
        return messages_text(event.u.message.args, event.u.message.args_size);
    case BENCH_FRAME:
        return messages_frame(SOCKFEED_FRAME_TEXT, packet, sizeof packet - 1);
    case BENCH_PACKED:
        return messages_event(packed, sizeof packed - 1);
    }
    return event;
}

static enum sockfeed_protocol protocol_of(enum bench_kind kind)
{
    return kind == BENCH_TEXT ? SOCKFEED_PROTOCOL_WS : SOCKFEED_PROTOCOL_SIO;
}

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds for each message, the best of several rounds. */
static double run(const struct bench_case *one, unsigned messages)
{
    static const struct output_callbacks callbacks = {0};
    struct sockfeed_event event = make_event(one->kind);
    struct output_error error = {""};
    struct sockfeed_loop *loop;
    struct output *output;
    unsigned source;
    double best = 1e18;

    if (sockfeed_loop_new(&loop, 1) != SOCKFEED_OK ||
        output_new(&output, loop, &one->options, &callbacks, &error) !=
            SOCKFEED_OK ||
        output_add_source(output, &source, "wss://example.org/feed",
                          protocol_of(one->kind), 0, &error) != SOCKFEED_OK) {
        (void)fprintf(stderr, "%s: %s\n", one->name, error.text);
        exit(1);
    }
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        double start = now();

        for (unsigned i = 0; i < messages; i++) {
            (void)output_event(output, source, &event);
            if (i % BENCH_READ == BENCH_READ - 1) {
                (void)output_drained(output);
            }
        }
        (void)output_drained(output);
        best = now() - start < best ? now() - start : best;
    }
    output_free(output);
    sockfeed_loop_free(loop);
    return best / messages;
}

int main(int argc, char **argv)
{
    unsigned messages =
        argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : BENCH_MESSAGES;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (argc < 2 || strcmp(argv[1], cases[i].name) == 0) {
            (void)fprintf(stderr, "%-16s %7.1f ns\n", cases[i].name,
                          run(&cases[i], messages));
        }
    }
    return 0;
}
