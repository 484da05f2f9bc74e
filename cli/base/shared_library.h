/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_SHARED_LIBRARY_H
#define CLI_BASE_SHARED_LIBRARY_H

#include <stdbool.h>

/* Libraries that few runs need, loaded when one does. */

/* Gives the library's handle, or NULL where it cannot be had. */
void *shared_library_open(const char *name);

/* Fits NULL. */
void shared_library_close(void *library);

/* Puts the address of a function of the library into the pointer to a
 * function at `function`; false where there is none. */
bool shared_library_find(void *library, const char *name, void *function);

#endif
