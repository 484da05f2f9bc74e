/* SPDX-License-Identifier: MIT */
/* instant_parse: a time that was read, written as a date, is read again. */
#include "cli/base/clock.h"
#include "cli/choose/instant.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t time;
    int64_t again;

    if (!instant_parse(&time, span_of((const char *)data, size)) || time < 0) {
        return 0;
    }
    clock_format(text, time);
    if (!instant_parse(&again, span_text(text)) || again != time) {
        abort();
    }
    return 0;
}
