/* SPDX-License-Identifier: MIT */
#include "cli/output/copy.h"

#include "cli/shape/color.h"

#include <stdio.h>

enum {
    MODE = 0666 /* less the umask, as any file */
};

static void on_failed(void *user)
{
    struct copy *copy = user;

    copy->failed(copy->user);
}

static void on_begin(void *user, struct buf *out)
{
    const struct copy *copy = user;

    if (copy->printer->options->csv) {
        printer_append_header(copy->printer, out);
    }
}

enum sockfeed_result copy_init(struct copy *copy, struct sockfeed_loop *loop,
                               struct printer *printer,
                               void (*failed)(void *user), void *user,
                               struct output_error *error)
{
    struct option_error reason = {""};
    const struct file_writer_config config = {
        .path = printer->options->write,
        .mode = MODE,
        .terminator = printer_terminator(printer),
        .begin = on_begin,
        .failed = on_failed,
        .user = copy,
    };
    enum sockfeed_result result;

    *copy = (struct copy){.printer = printer, .failed = failed, .user = user};
    result = file_writer_new(&copy->files, loop, &config, &reason);
    if (result != SOCKFEED_OK) {
        (void)snprintf(error->text, sizeof error->text, "--write: %.240s",
                       reason.text);
    }
    return result;
}

void copy_deinit(struct copy *copy)
{
    file_writer_free(copy->files);
    *copy = (struct copy){.files = NULL};
}

void copy_line(struct copy *copy, struct span line)
{
    struct buf *to;

    if (copy->in_header) {
        return;
    }
    to = file_writer_begin(copy->files, printer_time(copy->printer));
    if ((copy->printer->color & COLOR_PAINT) != 0) {
        color_append_unpainted(to, line);
    } else {
        buf_append_span(to, line);
    }
    (void)!file_writer_end(copy->files);
}

void copy_finish(struct copy *copy)
{
    if (copy->files != NULL) {
        (void)!file_writer_finish(copy->files);
    }
}

enum sockfeed_result copy_result(const struct copy *copy)
{
    return copy->files == NULL ? SOCKFEED_OK : file_writer_result(copy->files);
}
