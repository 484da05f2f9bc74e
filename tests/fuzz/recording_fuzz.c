/* SPDX-License-Identifier: MIT */
#include "cli/files/recording.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is the file, as it is or compressed. */

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* How a reading ended, and how much there was in it. */
struct reading {
    enum sockfeed_result result;
    size_t moments;
    size_t bytes;
    size_t line;
};

static struct reading read_all(struct recording *recording)
{
    struct capture_error error = {.line = 0};
    struct reading reading = {.result = SOCKFEED_OK};
    struct moment moment;

    while (reading.result == SOCKFEED_OK) {
        reading.result = recording_next(recording, &moment, &error);
        if (reading.result == SOCKFEED_OK) {
            check(moment.line > 0 && moment.line >= reading.line);
            reading.line = moment.line;
            reading.moments++;
            reading.bytes += moment.type == MOMENT_SAID
                                 ? moment.said.size + moment.said.space_size
                                 : moment.reason.size;
        }
    }
    check(reading.result == SOCKFEED_MORE ||
          (reading.result == SOCKFEED_INVALID && error.text[0] != '\0'));
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[] = "/tmp/sockfeed-fuzz-XXXXXX";
    static FILE *file;
    struct capture_error error;
    struct recording recording;

    if (file == NULL) {
        int descriptor = mkstemp(path);

        check(descriptor >= 0);
        file = fdopen(descriptor, "w");
        check(file != NULL);
    }
    rewind(file);
    check(ftruncate(fileno(file), 0) == 0);
    check(fwrite(data, 1, size, file) == size && fflush(file) == 0);
    if (recording_open(&recording, path, &error) == SOCKFEED_OK) {
        struct reading first = read_all(&recording);
        struct reading second;

        recording_rewind(&recording);
        second = read_all(&recording);
        check(first.result == second.result && first.bytes == second.bytes &&
              first.moments == second.moments && first.line == second.line);
    }
    recording_close(&recording);
    return 0;
}
