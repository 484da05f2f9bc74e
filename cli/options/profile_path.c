/* SPDX-License-Identifier: MIT */
#include "cli/options/profile_path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* One that cannot be looked at is there: whoever reads it says why not. */
static bool is_there(struct buf *path)
{
    const char *text = buf_text(path);

    return text != NULL && (access(text, F_OK) == 0 || errno != ENOENT);
}

/* Whether FOLDER/WHERE/NAME is there; `path` is that then. */
static bool try_folder(struct buf *path, struct span folder, const char *where,
                       const char *name, struct option_error *error)
{
    if (folder.size == 0 || folder.data[0] != '/') {
        return false;
    }
    buf_clear(path);
    buf_append_span(path, folder);
    buf_append_text(path, where);
    if (buf_text(path) != NULL) {
        (void)option_error_add(error, " %s", buf_text(path));
    }
    buf_append_byte(path, '/');
    buf_append_text(path, name);
    return is_there(path);
}

static bool try_own(struct buf *path, const char *name,
                    struct option_error *error)
{
    struct span config = span_text(getenv("XDG_CONFIG_HOME"));

    if (config.size > 0 && config.data[0] == '/') {
        return try_folder(path, config, "/sockfeed", name, error);
    }
    return try_folder(path, span_text(getenv("HOME")), "/.config/sockfeed",
                      name, error);
}

/* The program is PREFIX/bin/sockfeed, wherever it was installed to. */
static bool try_installed(struct buf *path, const char *name,
                          struct option_error *error)
{
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program);

    for (int up = 0; up < 2; up++) {
        while (size > 0 && program[size - 1] != '/') {
            size--;
        }
        size -= size > 0;
    }
    return size > 0 && try_folder(path, span_of(program, (size_t)size),
                                  "/share/sockfeed/profiles", name, error);
}

static bool try_shared(struct buf *path, const char *name,
                       struct option_error *error)
{
    struct span folders = span_text(getenv("XDG_DATA_DIRS"));

    while (folders.size > 0) {
        size_t colon = span_find(folders, ':');

        if (try_folder(path, span_of(folders.data, colon), "/sockfeed/profiles",
                       name, error)) {
            return true;
        }
        folders = span_skip(folders, colon < folders.size ? colon + 1 : colon);
    }
    return try_installed(path, name, error);
}

enum sockfeed_result profile_path_find(struct buf *path, const char *name,
                                       struct option_error *error)
{
    (void)option_error_set(error, "profile @%s: there is none in", name);
    if (try_own(path, name, error) || try_shared(path, name, error)) {
        return SOCKFEED_OK;
    }
    return buf_result(path) == SOCKFEED_NOMEM ? SOCKFEED_NOMEM
                                              : SOCKFEED_INVALID;
}
