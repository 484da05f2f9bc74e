/* SPDX-License-Identifier: MIT */
#include "base/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sockfeed_result_text(enum sockfeed_result result)
{
    switch (result) {
#define RESULT_TEXT(name, value, text) \
 case SOCKFEED_##name:                 \
  return text;
        SOCKFEED_RESULTS(RESULT_TEXT)
#undef RESULT_TEXT
    }
    return "unknown result";
}

enum sockfeed_result malformed_set(struct malformed *malformed, size_t offset,
                                   const char *reason)
{
    malformed->offset = offset;
    malformed->reason = reason;
    return SOCKFEED_PROTOCOL;
}

enum sockfeed_result failure_set(struct sockfeed_failure *failure,
                                 enum sockfeed_result result,
                                 enum sockfeed_stage stage, const char *format,
                                 ...)
{
    va_list arguments;

    memset(failure, 0, sizeof *failure);
    failure->result = result;
    failure->stage = stage;
    va_start(arguments, format);
    (void)vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    return result;
}

enum sockfeed_result failure_set_nomem(struct sockfeed_failure *failure,
                                       enum sockfeed_stage stage)
{
    return failure_set(failure, SOCKFEED_NOMEM, stage, "%s",
                       sockfeed_result_text(SOCKFEED_NOMEM));
}
