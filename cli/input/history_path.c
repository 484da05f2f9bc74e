/* SPDX-License-Identifier: MIT */
#include "cli/input/history_path.h"

#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OWNER_FOLDER = 0700,
    OWNER_FILE = 0600
};

/* Appends a folder, which is made where it is missing. */
static bool enter(struct buf *path, const char *folder)
{
    const char *text;

    buf_append_text(path, folder);
    text = buf_text(path);
    return text != NULL && (mkdir(text, OWNER_FOLDER) == 0 || errno == EEXIST);
}

static bool enter_state(struct buf *path)
{
    struct span state = span_text(getenv("XDG_STATE_HOME"));
    struct span home = span_text(getenv("HOME"));

    if (state.size > 0 && state.data[0] == '/') {
        buf_append_span(path, state);
        return enter(path, "");
    }
    buf_append_span(path, home);
    return home.size > 0 && home.data[0] == '/' && enter(path, "/.local") &&
           enter(path, "/state");
}

bool history_path_make(struct buf *path)
{
    int descriptor;

    if (!enter_state(path) || !enter(path, "/sockfeed")) {
        return false;
    }
    buf_append_text(path, "/history");
    if (buf_text(path) == NULL) {
        return false;
    }
    descriptor =
        open(path->data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, OWNER_FILE);
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return descriptor >= 0;
}
