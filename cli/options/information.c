/* SPDX-License-Identifier: MIT */
#include "cli/options/information.h"

#include "cli/base/diag.h"
#include "cli/base/regex.h"
#include "cli/options/option_help.h"
#include "cli/output/writer.h"
#include "cli/shape/decode_inflate.h"

enum {
    INFORMATION_MAX = 65536
};

static void append_version(struct buf *out)
{
    char pcre2[32];

    regex_version(pcre2, sizeof pcre2);
    buf_append_format(out, "sockfeed %s\n%s\nPCRE2/%s zlib/%s\n",
                      sockfeed_version(), sockfeed_libraries(), pcre2,
                      decode_inflate_version());
}

/* What a full pipe does not take is waited for in writer_finish, so that no
 * loop is needed. */
enum exit_status information_print(enum options_action action)
{
    const struct writer_config config = {.descriptor = writer_standard_output(),
                                         .limit = INFORMATION_MAX,
                                         .terminator = '\n'};
    enum writer_state state = WRITER_FAILED;
    struct writer writer;

    if (writer_init(&writer, NULL, &config) == SOCKFEED_OK) {
        if (action == OPTIONS_ACTION_HELP) {
            option_help(&writer.lines.out);
        } else {
            append_version(&writer.lines.out);
        }
        state = writer_end(&writer, false);
    }
    if (state == WRITER_OPEN) {
        state = writer_finish(&writer, -1, -1);
    }
    if (state == WRITER_FAILED) {
        diag_line("%s", writer.failure);
    }
    writer_deinit(&writer);
    return state == WRITER_FAILED ? EXIT_STATUS_WRITE : EXIT_STATUS_DONE;
}
