/* SPDX-License-Identifier: MIT */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/* Overwrites a secret that is about to be freed. NULL where `size` is 0. */
void wipe(void *data, size_t size);

/* Overwrites a text, of NULL nothing. */
void wipe_text(char *text);

#endif
