/* SPDX-License-Identifier: MIT */
#include "cli/files/file_volume.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TAIL_STEP = 65536, /* read at a time, from the end backwards */
    SIGNATURE_MAX = 64
};

void file_volume_init(struct file_volume *volume)
{
    *volume = (struct file_volume){.descriptor = -1};
    buf_init(&volume->path, (size_t)PATH_MAX * 2);
    buf_init(&volume->part, (size_t)PATH_MAX * 2);
}

void file_volume_deinit(struct file_volume *volume)
{
    if (volume->descriptor >= 0) {
        (void)close(volume->descriptor);
    }
    volume->descriptor = -1;
    buf_deinit(&volume->path);
    buf_deinit(&volume->part);
}

static enum sockfeed_result fail(struct file_volume *volume, const char *path,
                                 const char *reason)
{
    (void)snprintf(volume->failure, sizeof volume->failure, "%.400s: %s", path,
                   reason);
    return SOCKFEED_SYSTEM;
}

static enum sockfeed_result fail_of_system(struct file_volume *volume)
{
    return fail(volume, volume->part.data, strerror(errno));
}

/* ---- What is there already ---------------------------------------------- */

/* Reads the whole range; false at an error or an earlier end. */
static bool read_at(int descriptor, char *to, size_t size, off_t at)
{
    while (size > 0) {
        ssize_t count = pread(descriptor, to, size, at);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        to += count;
        at += count;
        size -= (size_t)count;
    }
    return true;
}

/* The offset after the last terminator; 0 where there is none, -1 where the
 * file cannot be read. */
static off_t last_line_end(int descriptor, off_t size, char terminator)
{
    char bytes[TAIL_STEP / 16];

    while (size > 0) {
        size_t step = size < (off_t)sizeof bytes ? (size_t)size : sizeof bytes;

        if (!read_at(descriptor, bytes, step, size - (off_t)step)) {
            return -1;
        }
        for (size_t i = step; i > 0; i--) {
            if (bytes[i - 1] == terminator) {
                return size - (off_t)(step - i);
            }
        }
        size -= (off_t)step;
    }
    return 0;
}

/* Of a file with a signature: cuts a torn line off. */
static enum sockfeed_result cut_torn_line(struct file_volume *volume,
                                          const char *signature, off_t whole)
{
    char begin[SIGNATURE_MAX];
    size_t size = strlen(signature);

    if (volume->size < (off_t)size) {
        size = (size_t)volume->size;
    }
    if (!read_at(volume->descriptor, begin, size, 0) ||
        memcmp(begin, signature, size) != 0) {
        (void)snprintf(volume->failure, sizeof volume->failure,
                       "%.400s: is there already and is something else",
                       volume->part.data);
        return SOCKFEED_INVALID;
    }
    if (whole < volume->size && ftruncate(volume->descriptor, whole) != 0) {
        return fail_of_system(volume);
    }
    volume->size = whole;
    return SOCKFEED_OK;
}

/* Sees to it that the next line begins as a line. */
static enum sockfeed_result go_on(struct file_volume *volume,
                                  const struct file_volume_config *config)
{
    char terminator = (char)config->terminator;
    off_t whole;

    if (volume->size == 0 || config->terminator < 0) {
        return SOCKFEED_OK;
    }
    whole = last_line_end(volume->descriptor, volume->size, terminator);
    if (whole < 0) {
        return fail_of_system(volume);
    }
    if (config->signature != NULL) {
        return cut_torn_line(volume, config->signature, whole);
    }
    return whole == volume->size
               ? SOCKFEED_OK
               : file_volume_write(volume, span_of(&terminator, 1), -1);
}

/* ---- Opening ------------------------------------------------------------ */

/* What a write may wait for without end is no file, and one that is there may
 * be open to others, who are not to read this. */
static enum sockfeed_result check_kind(struct file_volume *volume, mode_t mode)
{
    const mode_t others = S_IRWXG | S_IRWXO;
    struct stat status;

    if (fstat(volume->descriptor, &status) != 0) {
        return fail_of_system(volume);
    }
    if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
        return fail(volume, volume->part.data, "is no regular file");
    }
    if (S_ISREG(status.st_mode) && (mode & others) == 0 &&
        (status.st_mode & others) != 0) {
        return fail(volume, volume->part.data,
                    "others may read it: chmod go= first");
    }
    volume->size = S_ISREG(status.st_mode) ? status.st_size : 0;
    return SOCKFEED_OK;
}

static enum sockfeed_result open_as_it_is(
    struct file_volume *volume, const struct file_volume_config *config)
{
    enum sockfeed_result result;

    buf_clear(&volume->part);
    buf_append_span(&volume->part, buf_span(&volume->path));
    if (buf_text(&volume->part) == NULL) {
        return SOCKFEED_NOMEM;
    }
    /* O_NONBLOCK: a pipe without a reader says so at once. */
    volume->descriptor =
        open(volume->part.data,
             O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
             config->mode);
    if (volume->descriptor < 0) {
        return fail_of_system(volume);
    }
    result = check_kind(volume, config->mode);
    return result == SOCKFEED_OK ? go_on(volume, config) : result;
}

/* Makes the folders that the fields of a name may bring. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        int made;

        *slash = '\0';
        made = mkdir(path, 0777);
        *slash = '/';
        if (made != 0 && errno != EEXIST) {
            return false;
        }
    }
    return true;
}

static int open_new(char *path, mode_t mode, bool folders)
{
    const int flags =
        O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOCTTY;
    int descriptor = open(path, flags, mode);

    if (descriptor < 0 && errno == ENOENT && folders && make_folders(path)) {
        descriptor = open(path, flags, mode);
    }
    return descriptor;
}

/* AGAIN where the name at hand is taken: by a complete file, or by one that
 * somebody is writing or never completed. */
static enum sockfeed_result try_partial(struct file_volume *volume, mode_t mode,
                                        bool folders)
{
    struct stat status;

    buf_clear(&volume->part);
    buf_append_span(&volume->part, buf_span(&volume->path));
    buf_append_text(&volume->part, ".part");
    if (buf_text(&volume->part) == NULL) {
        return SOCKFEED_NOMEM;
    }
    volume->descriptor = open_new(volume->part.data, mode, folders);
    if (volume->descriptor < 0) {
        return errno == EEXIST ? SOCKFEED_AGAIN : fail_of_system(volume);
    }
    if (lstat(volume->path.data, &status) == 0) {
        (void)unlink(volume->part.data);
        (void)close(volume->descriptor);
        volume->descriptor = -1;
        return SOCKFEED_AGAIN;
    }
    volume->size = 0;
    return SOCKFEED_OK;
}

enum sockfeed_result file_volume_open(struct file_volume *volume,
                                      const struct file_name *name,
                                      const struct file_volume_config *config,
                                      int64_t time)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    volume->partial = file_name_is_partial(name);
    for (unsigned number = 0;
         result == SOCKFEED_AGAIN && number < FILE_NAME_NUMBERS; number++) {
        if (file_name_path(name, &volume->path, time, number) == NULL) {
            return fail(volume, name->pattern, strerror(ENAMETOOLONG));
        }
        result = volume->partial
                     ? try_partial(volume, config->mode, name->rotates)
                     : open_as_it_is(volume, config);
    }
    if (result == SOCKFEED_AGAIN) {
        return fail(volume, volume->path.data, "all numbers are taken");
    }
    if (result != SOCKFEED_OK && volume->descriptor >= 0) {
        (void)close(volume->descriptor);
        volume->descriptor = -1;
    }
    return result;
}

/* ---- Writing ------------------------------------------------------------ */

/* How much of the data stays when no more than `written` of it could be. */
static size_t kept_size(struct span data, size_t written, int keep)
{
    while (written > 0 && (keep < 0 || data.data[written - 1] != (char)keep)) {
        written--;
    }
    return written;
}

/* Takes back what is torn, unless somebody else has written behind it. */
static void cut_back(struct file_volume *volume, off_t whole)
{
    struct stat status;

    if (fstat(volume->descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size == volume->size &&
        ftruncate(volume->descriptor, whole) == 0) {
        volume->size = whole;
    }
}

enum sockfeed_result file_volume_write(struct file_volume *volume,
                                       struct span data, int keep)
{
    off_t before = volume->size;
    size_t written = 0;

    while (written < data.size) {
        ssize_t count =
            write(volume->descriptor, data.data + written, data.size - written);

        if (count > 0) {
            written += (size_t)count;
            volume->size += count;
        } else if (count == 0 || errno != EINTR) {
            enum sockfeed_result result;

            /* A file that takes nothing and has no reason is a full one. */
            errno = count == 0 ? ENOSPC : errno;
            result = fail_of_system(volume);
            cut_back(volume, before + (off_t)kept_size(data, written, keep));
            return result;
        }
    }
    return SOCKFEED_OK;
}

/* ---- Closing ------------------------------------------------------------ */

int file_volume_release(struct file_volume *volume)
{
    int descriptor = volume->descriptor;

    volume->descriptor = -1;
    return descriptor;
}

void file_volume_close(struct file_volume *volume)
{
    if (volume->descriptor < 0) {
        return;
    }
    if (volume->partial && volume->size == 0) {
        (void)unlink(volume->part.data);
    }
    (void)close(file_volume_release(volume));
}
