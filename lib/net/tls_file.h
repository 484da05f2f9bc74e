/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_FILE_H
#define NET_TLS_FILE_H

#include "sockfeed/result.h"

/* Files of certificates and keys that cannot be used: why, in words. */

/* Answers `result`, the text being "WHAT FILE: REASON". */
enum sockfeed_result tls_file_refuse(struct sockfeed_failure *failure,
                                     enum sockfeed_result result,
                                     const char *what, const char *file,
                                     const char *reason);

/* The same for a file that has no PEM form of `part` in it: in what form it is,
 * where that is known. */
enum sockfeed_result tls_file_refuse_form(struct sockfeed_failure *failure,
                                          enum sockfeed_result result,
                                          const char *what, const char *file,
                                          const char *part);

/* Whether the file can be read at all: OpenSSL would not say why it cannot.
 * OK, or `result` with the reason. */
enum sockfeed_result tls_file_check(struct sockfeed_failure *failure,
                                    enum sockfeed_result result,
                                    const char *what,
                                    const char *file) SOCKFEED_CHECK;

#endif
