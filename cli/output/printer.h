/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_PRINTER_H
#define CLI_OUTPUT_PRINTER_H

#include "base/buf.h"
#include "cli/base/clock.h"
#include "cli/base/regex.h"
#include "cli/output/output.h"
#include "cli/shape/select.h"
#include "cli/shape/subject.h"
#include "cli/shape/template.h"
#include "sockfeed.h"

/*
 * A message as a line: -t, then the form, the template, the selection or the
 * extract, made fit for a terminal where it goes there, then the end of the
 * line.
 */
struct printer {
    const struct output_options *options;
    const struct output_callbacks *callbacks;
    unsigned color; /* COLOR_ flags; 0: lines are written as they are */
    struct template *template;
    struct select *select;
    struct regex *extract;
    struct clock_stamp stamp; /* when the messages at hand arrived */
    bool stamped;             /* the stamp is theirs */
    struct buf plain;         /* a line before it is coloured */
};

/* `terminal`: the lines go to one. `options` and `callbacks` must live as
 * long. INVALID with `error` set, also for options that do not go together;
 * NOMEM. printer_deinit fits both. */
enum sockfeed_result printer_init(struct printer *printer,
                                  const struct output_options *options,
                                  const struct output_callbacks *callbacks,
                                  bool terminal,
                                  struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void printer_deinit(struct printer *printer);

/* The byte that ends lines, or -1 where the template alone says. */
int printer_terminator(const struct printer *printer);

/* What came with one read arrived together; this read is over. */
void printer_forget_time(struct printer *printer);

/* When the messages at hand arrived; the same in ns since the epoch. */
struct clock_stamp *printer_stamp(struct printer *printer);
int64_t printer_time(struct printer *printer);

/* Appends the line that stands before all messages of --csv. */
void printer_append_header(const struct printer *printer, struct buf *out);

/* Appends the message, of which `count` is the running number. False when
 * --extract finds nothing in it: then nothing was appended. */
bool printer_append(struct printer *printer, struct buf *out,
                    struct subject *subject, uint64_t count);

/* The same for a frame, which is printed as it is. */
void printer_append_frame(struct printer *printer, struct buf *out,
                          enum sockfeed_frame_type type, struct span data);

/* A line that is no message and is printed as it is. */
void printer_append_line(const struct printer *printer, struct buf *out,
                         struct span line);

#endif
