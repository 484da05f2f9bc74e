/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_COLOR_H
#define CLI_SHAPE_COLOR_H

#include "base/buf.h"
#include "base/span.h"

/* Lines made for eyes: colours, indentation, and nothing that a server could
 * make a terminal do. */

enum {
    COLOR_PAINT = 1,   /* escape sequences for colours */
    COLOR_INDENT = 2,  /* --pretty: a line for each member and element */
    COLOR_VISIBLE = 4, /* for a terminal: control characters become escapes */
};

/* Appends checked JSON; `flags` is a set of the above. */
void color_append_json(struct buf *out, struct span json, unsigned flags);

/* Appends a text that is no JSON, for a terminal: LF and tab stay, other
 * control characters become escapes. */
void color_append_text(struct buf *out, struct span text);

/* Appends a line without the colours of color_append_json, for whoever is no
 * terminal. Whole lines alone: no message holds what is taken out, since in
 * JSON it would be escaped and elsewhere nothing is painted. */
void color_append_unpainted(struct buf *out, struct span line);

#endif
