/* SPDX-License-Identifier: MIT */
#include "net/system_error.h"

#include <stdio.h>
#include <string.h>

const char *system_error_text(int error, char text[SYSTEM_ERROR_TEXT])
{
    if (strerror_r(error, text, SYSTEM_ERROR_TEXT) != 0) {
        (void)snprintf(text, SYSTEM_ERROR_TEXT, "error %d", error);
    }
    /* The C library's texts begin with a capital letter, but not all with a
     * word: "RPC struct is bad". */
    if (text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') {
        text[0] = (char)(text[0] - 'A' + 'a');
    }
    return text;
}
