/* SPDX-License-Identifier: MIT */
#include "net/tls_file.h"

#include "base/result.h"
#include "net/system_error.h"

#include <errno.h>
#include <stdio.h>

enum sockfeed_result tls_file_refuse(struct sockfeed_failure *failure,
                                     enum sockfeed_result result,
                                     const char *what, const char *file,
                                     const char *reason)
{
    return failure_set(failure, result, SOCKFEED_STAGE_NONE, "%s %s: %s", what,
                       file, reason);
}

enum sockfeed_result tls_file_check(struct sockfeed_failure *failure,
                                    enum sockfeed_result result,
                                    const char *what, const char *file)
{
    char text[SYSTEM_ERROR_TEXT];
    FILE *stream = fopen(file, "re");
    int error = errno;

    /* A directory can be opened; reading it tells. */
    if (stream != NULL && fgetc(stream) == EOF && ferror(stream) != 0) {
        error = errno;
        (void)fclose(stream);
        stream = NULL;
    }
    if (stream == NULL) {
        (void)tls_file_refuse(failure, result, what, file,
                              system_error_text(error, text));
        failure->system_error = error;
        return result;
    }
    (void)fclose(stream);
    return SOCKFEED_OK;
}
