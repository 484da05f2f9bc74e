/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"
#include "base/limits.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Scans texts for json_parse.test.mjs. Standard input is texts, each behind
 * its size; standard output is a record for each of them. All numbers are of
 * 32 bits in the machine's byte order.
 */
enum {
    TEXT_MAX = 1048576
};

struct record {
    uint32_t accepted; /* the rest is zero where it is 0 */
    uint32_t kind;
    uint32_t count;
    uint32_t value[2]; /* begin and end */
    uint32_t first[2];
    uint32_t rest[2];
};

static void set_part(uint32_t part[2], struct span text, struct span found)
{
    if (found.size > 0) {
        part[0] = (uint32_t)(found.data - text.data);
        part[1] = part[0] + (uint32_t)found.size;
    }
}

static struct record scan(struct span text, unsigned flags)
{
    struct record record = {0};
    struct json_scan_result result;
    struct malformed malformed;

    if (json_scan(&result, &malformed, text, flags) == SOCKFEED_OK) {
        record.accepted = 1;
        record.kind = result.kind;
        record.count = (uint32_t)result.count;
        set_part(record.value, text, result.value);
        set_part(record.first, text, result.first);
        set_part(record.rest, text, result.rest);
    }
    return record;
}

int main(void)
{
    static char bytes[TEXT_MAX + LIMIT_RECEIVE_PAD];
    uint32_t size;

    while (fread(&size, sizeof size, 1, stdin) == 1) {
        struct record record;
        struct record padded;

        if (size > TEXT_MAX || fread(bytes, 1, size, stdin) != size) {
            return 1;
        }
        record = scan(span_of(bytes, size), 0);
        padded = scan(span_of(bytes, size), JSON_SCAN_PADDED);
        if (memcmp(&record, &padded, sizeof record) != 0) {
            fprintf(stderr, "padded and not: %.*s\n", (int)size, bytes);
            return 1;
        }
        if (fwrite(&record, sizeof record, 1, stdout) != 1) {
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
