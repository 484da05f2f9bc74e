/* SPDX-License-Identifier: MIT */
#include "base/json_pointer.h"
#include "base/json_scan.h"
#include "base/json_scan_plain.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * What checking a message's JSON costs. For each kind of feed, many different
 * texts are made from templates and gone over in turn, so that neither the
 * caches nor the branch predictor know a text from before. The best of several
 * rounds counts: the rest is the neighbours' noise.
 *
 * In a template # is a digit 1 to 9, ? a digit or nothing, @ a capital letter.
 */
enum {
    BENCH_TEXTS = 256,
    BENCH_ROUNDS = 30,
    BENCH_REPEATS = 8,
    BENCH_TEXT_MAX = 4096
};

struct feed {
    const char *name;
    const char *pointers[2];
    const char *text_template;
};

static const struct feed feeds[] = {
    {"packed",
     {"/0", "/1"},
     "[\"m\",\"5~CCCAGG~@@@~USD~#~####.##??~15#####5##~0.####??~"
     "###.######????~#####???~###.##??~#######.##????~####.##~"
     "#####.####~##########~####.#?~####.##~####.##~####.##~"
     "####.##?~@@@@@~7ffe9\"]"                                            },
    {"trade",
     {"/p", "/q"},
     "{\"e\":\"trade\",\"E\":16#########??,\"s\":\"@@@USDT\",\"t\":"
     "########?,\"p\":\"####?.##0000\",\"q\":\"0.####????\",\"b\":"
     "##########?,\"a\":##########?,\"T\":16###########,\"m\":true,"
     "\"M\":false}"                                                       },
    {"ticker",
     {"/1/s", "/1/p"},
     "[\"markPriceUpdate\",{\"e\":\"markPriceUpdate\",\"E\":16###########,"
     "\"s\":\"@@@USDT\",\"p\":\"#####.#?\",\"ap\":\"#####.########\",\"P\":"
     "\"#####.#\",\"r\":\"0.0000#####\",\"T\":16###########,\"st\":#,\"d\":"
     "null,\"lr\":\"0.00000####\"}]"                                      },
    {"executions",
     {"/1/0/price", "/1/0/size"},
     "[\"executions\",[{\"id\":22########,\"side\":\"BUY\",\"price\":"
     "#######.0,\"size\":0.##?,\"exec_date\":\"2026-11-23T12:##:##.#######Z\","
     "\"buy_child_order_acceptance_id\":\"JRF20261123-######-######\","
     "\"sell_child_order_acceptance_id\":\"JRF20261123-######-######\"}]]"},
    {"book",
     {"/s", "/b/0/0"},
     "{\"s\":\"@@@EUR\",\"u\":########,\"b\":[[\"####.##\",\"0.###?\"],"
     "[\"####.##\",\"#.###?\"],[\"####.##\",\"##.##?\"],[\"####.##\","
     "\"0.###??\"]],\"a\":[[\"####.##\",\"0.###?\"],[\"####.##\","
     "\"##.###?\"],[\"####.##\",\"0.0##?\"]]}"                            },
    {"dense",
     {"/0/1", "/2/4"},
     "[[16###########,####.##,####.#?,####.#,###.##,#?#.####],"
     "[16###########,####.##?,###.##,####.#,####.#,#.####??],"
     "[16###########,###?.##,####.##,####.#,##.#?,##.####]]"              },
    {"escapes",
     {"/1/event", "/1/data"},
     "[\"depth-update\",{\"event\":\"depth-update\",\"data\":\"{\\\"ts\\\":"
     "16###########,\\\"asks\\\":{\\\"####.##\\\":\\\"#.###?\\\","
     "\\\"####.#?\\\":\\\"0.###\\\"},\\\"bids\\\":{\\\"####.#\\\":"
     "\\\"##.###?\\\"},\\\"s\\\":\\\"@@@USDT\\\"}\"}]"                    },
    {"spaced",
     {"/product", "/price"},
     "{\"type\": \"ticker\", \"seq\": ########?, \"product\": "
     "\"@@@-USD\", \"price\": \"####.##?\", \"open\": ####.##, "
     "\"volume\": #####.####?, \"bid\": ####.##, \"ask\": ####.##, "
     "\"side\": \"buy\", \"last\": null}"                                 },
    {"chat",
     {"/1/user", "/1/text"},
     "[\"chat\",{\"user\":\"\xd0\x96\xd0\xb5\xd0\xbd\xd1\x8f ###?\","
     "\"text\":\"\xd1\x86\xd0\xb5\xd0\xbd\xd0\xb0 ####.## \xe2\x82\xac"
     " \xe2\x86\x91 \xd0\xb8 \xd1\x80\xd0\xb0\xd1\x81\xd1\x82\xd1\x91"
     "\xd1\x82\\n\\ud83d\\ude80\",\"at\":16###########}]"                 },
};

static char storage[BENCH_TEXTS][BENCH_TEXT_MAX + LIMIT_RECEIVE_PAD];
static struct span texts[BENCH_TEXTS];
static struct json_pointer_set pointers;
static unsigned random_state;

static unsigned random_below(unsigned limit)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 16) % limit;
}

static void fill_in(char *to, size_t *size, char c)
{
    switch (c) {
    case '#':
        to[(*size)++] = (char)('1' + random_below(9));
        return;
    case '?':
        if (random_below(2) == 0) {
            to[(*size)++] = (char)('0' + random_below(10));
        }
        return;
    case '@':
        to[(*size)++] = (char)('A' + random_below(26));
        return;
    default:
        to[(*size)++] = c;
    }
}

static size_t make_texts(const struct feed *feed)
{
    size_t total = 0;

    random_state = 1;
    for (size_t i = 0; i < BENCH_TEXTS; i++) {
        size_t size = 0;

        for (const char *c = feed->text_template; *c != '\0'; c++) {
            fill_in(storage[i], &size, *c);
        }
        texts[i] = span_of(storage[i], size);
        total += size;
    }
    return total;
}

static void make_pointers(const struct feed *feed)
{
    struct malformed malformed;

    json_pointer_deinit(&pointers);
    for (size_t i = 0; i < 2; i++) {
        if (json_pointer_add(&pointers, &malformed,
                             span_text(feed->pointers[i])) != SOCKFEED_OK) {
            exit(1);
        }
    }
}

static double now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

typedef void (*work_function)(struct span text);

static void work_padded(struct span text)
{
    struct json_scan_result result;
    struct malformed malformed;

    if (json_scan(&result, &malformed, text, JSON_SCAN_PADDED) != SOCKFEED_OK) {
        printf("%zu: %s in %.*s\n", malformed.offset, malformed.reason,
               (int)text.size, text.data);
        exit(1);
    }
}

static void work_unpadded(struct span text)
{
    struct json_scan_result result;
    struct malformed malformed;

    if (json_scan(&result, &malformed, text, 0) != SOCKFEED_OK) {
        exit(1);
    }
}

static void work_plain(struct span text)
{
    struct json_scan_result result;
    struct malformed malformed;

    if (json_scan_plain(&result, &malformed, text, 0) != SOCKFEED_OK) {
        exit(1);
    }
}

static void work_pointers(struct span text)
{
    struct span values[2];

    json_pointer_evaluate(&pointers, values, text, 0);
    if (values[0].data == NULL || values[1].data == NULL) {
        exit(1);
    }
}

static void work_utf8(struct span text)
{
    if (utf8_check(text) != text.size) {
        exit(1);
    }
}

/* Nanoseconds for one text. */
static double measure(work_function work)
{
    double best = 0;

    for (int round = 0; round < BENCH_ROUNDS; round++) {
        double begin = now_ns();
        double spent;

        for (int repeat = 0; repeat < BENCH_REPEATS; repeat++) {
            for (size_t i = 0; i < BENCH_TEXTS; i++) {
                work(texts[i]);
            }
        }
        spent = now_ns() - begin;
        if (round == 0 || spent < best) {
            best = spent;
        }
    }
    return best / BENCH_TEXTS / BENCH_REPEATS;
}

static void bench_feed(const struct feed *feed)
{
    double size = (double)make_texts(feed) / BENCH_TEXTS;
    double padded;

    make_pointers(feed);
    padded = measure(work_padded);
    printf("%-12s %6.0f %8.0f %8.2f %9.2f %8.2f %8.2f %9.0f\n", feed->name,
           size, padded, padded / size, measure(work_unpadded) / size,
           measure(work_plain) / size, measure(work_utf8) / size,
           measure(work_pointers));
}

/* Each text of one kind once, for a tool that counts instructions. */
static int run_once(const char *name)
{
    for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++) {
        if (strcmp(feeds[i].name, name) == 0) {
            size_t total = make_texts(&feeds[i]);

            for (size_t text = 0; text < BENCH_TEXTS; text++) {
                work_padded(texts[text]);
            }
            printf("%s: %zu bytes\n", name, total);
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return run_once(argv[1]);
    }
    printf("%-12s %6s %8s %8s %9s %8s %8s %9s\n", "feed", "bytes", "ns/text",
           "ns/byte", "unpadded", "plain", "utf8", "pointers");
    for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++) {
        bench_feed(&feeds[i]);
    }
    json_pointer_deinit(&pointers);
    return 0;
}
