/* SPDX-License-Identifier: MIT */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

#include "sockfeed/result.h"

/* Where and why a decoder found its input malformed. The reason is static. */
struct malformed {
    size_t
        offset; /* of the first byte that cannot be, from the input's start */
    const char *reason;
};

/* Fills it in and answers PROTOCOL, so that a decoder can end with `return
 * malformed_set(...)`. */
enum sockfeed_result malformed_set(struct malformed *malformed, size_t offset,
                                   const char *reason);

/* Fills the failure and answers with its result, so that a function can end
 * with `return failure_set(...)`. The text is cut to what fits. */
enum sockfeed_result failure_set(struct sockfeed_failure *failure,
                                 enum sockfeed_result result,
                                 enum sockfeed_stage stage, const char *format,
                                 ...) SOCKFEED_PRINTF(4, 5);

/* The same for memory that ran out. */
enum sockfeed_result failure_set_nomem(struct sockfeed_failure *failure,
                                       enum sockfeed_stage stage);

#endif
