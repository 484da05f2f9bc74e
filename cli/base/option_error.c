/* SPDX-License-Identifier: MIT */
#include "cli/base/option_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum sockfeed_result option_error_set(struct option_error *error,
                                      const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return SOCKFEED_INVALID;
}

enum sockfeed_result option_error_add(struct option_error *error,
                                      const char *format, ...)
{
    size_t size = strlen(error->text);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error->text + size, sizeof error->text - size, format,
                    arguments);
    va_end(arguments);
    return SOCKFEED_INVALID;
}

enum sockfeed_result option_error_prefix(struct option_error *error,
                                         const char *format, ...)
{
    struct option_error inner = *error;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return option_error_add(error, "%s", inner.text);
}

int option_error_shown(struct span value)
{
    size_t size = value.size;

    if (size > OPTION_SHOWN_MAX) {
        size = OPTION_SHOWN_MAX;
        while (size > 0 && ((unsigned char)value.data[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    return (int)size;
}
