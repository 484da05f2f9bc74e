/* SPDX-License-Identifier: MIT */
#include "base/wipe.h"

#include <string.h>

void wipe(void *data, size_t size)
{
    /* volatile: the compiler must not drop stores to memory about to go. */
    volatile char *at = data;

    for (size_t i = 0; i < size; i++) {
        at[i] = 0;
    }
}

void wipe_text(char *text)
{
    if (text != NULL) {
        wipe(text, strlen(text));
    }
}
