/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_TEMPLATE_H
#define CLI_SHAPE_TEMPLATE_H

#include "base/buf.h"
#include "cli/base/clock.h"
#include "cli/base/output_options.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/*
 * -f TEMPLATE: text in which these stand for parts of the message, of which
 * those that do not exist are empty:
 *
 *   %e event     %d data      %t text         %a arguments
 *   %n namespace %u URL       %T time         %s epoch seconds
 *   %b size      %c count     %{/pointer} a value in the data     %%
 *
 * and \n \t \0 \\ for characters.
 */
struct template;

/* Gives a template. INVALID with `error` set, NOMEM. */
enum sockfeed_result template_new(struct template **made, const char *text,
                                  struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void template_free(struct template *template);

/* Appends the message through the template; `count` is what %c says. */
void template_append(struct template *template, struct buf *out,
                     struct subject *subject, enum output_binary binary,
                     struct clock_stamp *stamp, uint64_t count);

#endif
