/* SPDX-License-Identifier: MIT */
#ifndef NET_SYSTEM_ERROR_H
#define NET_SYSTEM_ERROR_H

enum {
    SYSTEM_ERROR_TEXT = 128
};

/* Writes what an errno means, fit for the middle of a sentence ("connection
 * refused"), and gives `text` back. May be called from any thread. */
const char *system_error_text(int error, char text[SYSTEM_ERROR_TEXT]);

#endif
