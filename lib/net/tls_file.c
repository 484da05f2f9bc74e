/* SPDX-License-Identifier: MIT */
#include "net/tls_file.h"

#include "base/result.h"
#include "base/span.h"
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

/* What follows the head of an outermost ASN.1 SEQUENCE (X.690, 8.1), as all
 * certificates and keys are; NULL data where there is none. */
static struct span skip_sequence(struct span start)
{
    size_t more; /* bytes of the length */

    if (start.size < 2 || start.data[0] != 0x30) {
        return span_of(NULL, 0);
    }
    more = (start.data[1] & 0x80) == 0 ? 0 : (size_t)start.data[1] & 0x7f;
    return more > 4 || more + 2 > start.size ? span_of(NULL, 0)
                                             : span_skip(start, more + 2);
}

enum sockfeed_result tls_file_refuse_form(struct sockfeed_failure *failure,
                                          enum sockfeed_result result,
                                          const char *what, const char *file,
                                          const char *part)
{
    /* RFC 7292, 4: a version, which is 3, and another SEQUENCE. */
    static const char pkcs12[] = "\x02\x01\x03\x30";
    char bytes[16];
    char reason[64];
    FILE *stream = fopen(file, "re");
    size_t size = stream == NULL ? 0 : fread(bytes, 1, sizeof bytes, stream);
    struct span inside = skip_sequence(span_of(bytes, size));

    if (stream != NULL) {
        (void)fclose(stream);
    }
    if (inside.data == NULL) {
        (void)snprintf(reason, sizeof reason, "no %s in PEM form in it", part);
        return tls_file_refuse(failure, result, what, file, reason);
    }
    if (span_starts(inside, pkcs12)) {
        (void)tls_file_refuse(failure, result, what, file,
                              "it is in PKCS#12 form, expected PEM");
        failure->cause = SOCKFEED_CAUSE_PKCS12;
    } else {
        (void)tls_file_refuse(failure, result, what, file,
                              "it is in DER form, expected PEM");
        failure->cause = SOCKFEED_CAUSE_DER;
    }
    return result;
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
