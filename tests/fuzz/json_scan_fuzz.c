/* SPDX-License-Identifier: MIT */
#include "base/json_compact.h"
#include "base/json_scan.h"
#include "base/json_scan_plain.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdlib.h>

/* The scanners agree about everything, padded with anything, and what they
 * report holds. The first byte of the input chooses what the padding is. */

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static bool same_result(const struct json_scan_result *a,
                        const struct json_scan_result *b)
{
    return a->value.data == b->value.data && a->value.size == b->value.size &&
           a->kind == b->kind && a->multiline == b->multiline &&
           a->first_kind == b->first_kind && a->count == b->count &&
           a->first.data == b->first.data && a->first.size == b->first.size &&
           a->rest.data == b->rest.data && a->rest.size == b->rest.size;
}

static void check_same(struct span text, unsigned flags)
{
    struct json_scan_result fast;
    struct json_scan_result plain;
    struct malformed fast_malformed;
    struct malformed plain_malformed;
    enum sockfeed_result result =
        json_scan(&fast, &fast_malformed, text, flags);

    require(json_scan_plain(&plain, &plain_malformed, text, flags) == result);
    if (result == SOCKFEED_OK) {
        require(same_result(&fast, &plain));
    } else {
        require(fast_malformed.offset == plain_malformed.offset);
        require(fast_malformed.offset <= text.size);
        require(fast_malformed.reason == plain_malformed.reason);
    }
}

/* A span reported for a part is itself JSON, of the kind reported. */
static void check_part(struct span part, enum json_kind kind)
{
    struct json_scan_result result;
    struct malformed malformed;

    require(json_scan_plain(&result, &malformed, part, 0) == SOCKFEED_OK);
    require(result.kind == kind);
    require(result.value.size == part.size);
}

static void check_parts(struct span text)
{
    struct json_scan_result result;
    struct malformed malformed;
    struct buf compact;

    if (json_scan(&result, &malformed, text, 0) != SOCKFEED_OK) {
        return;
    }
    require(utf8_check(text) == text.size);
    check_part(result.value, result.kind);
    if (result.count > 0) {
        check_part(result.first, result.first_kind);
    }
    require((result.rest.size > 0) == (result.count > 1));
    buf_init(&compact, text.size);
    json_compact(&compact, text);
    require(buf_result(&compact) == SOCKFEED_OK);
    require(result.multiline == (compact.size < text.size));
    require(json_scan(&result, &malformed, buf_span(&compact), 0) ==
            SOCKFEED_OK);
    require(!result.multiline);
    buf_deinit(&compact);
}

static void fill_padding(char *padding, struct span text, uint8_t choice)
{
    static const char bytes[] = "\0[]{}\",:1 \n\\";

    memset(padding, bytes[choice % sizeof bytes], LIMIT_RECEIVE_PAD);
    if (choice >= 128 && text.size > 0) {
        for (size_t i = 0; i < LIMIT_RECEIVE_PAD; i++) {
            padding[i] = text.data[(choice + i) % text.size];
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text;
    char *padded;
    char *exact;

    if (size == 0) {
        return 0;
    }
    size--;
    padded = malloc(size + LIMIT_RECEIVE_PAD);
    exact = malloc(size + 1);
    require(padded != NULL && exact != NULL);
    memcpy(padded, data + 1, size);
    text = span_of(padded, size);
    fill_padding(padded + size, text, data[0]);
    check_same(text, JSON_SCAN_PADDED);
    if (utf8_check(text) == size) {
        check_same(text, JSON_SCAN_PADDED | JSON_SCAN_UTF8);
    }
    /* Against the end of the allocation, where the sanitizer looks. */
    memcpy(exact + 1, data + 1, size);
    check_same(span_of(exact + 1, size), 0);
    check_parts(span_of(exact + 1, size));
    free(padded);
    free(exact);
    return 0;
}
