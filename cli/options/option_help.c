/* SPDX-License-Identifier: MIT */
#include "cli/options/option_help.h"

#include "cli/options/option_table.h"

enum {
    HELP_COLUMN = 30, /* where the meaning begins */
};

static const char usage[] =
    "Usage: sockfeed [OPTION]... URL...\n"
    "       sockfeed @PROFILE [OPTION]... [SYMBOL]... [URL]...\n"
    "       sockfeed demo [OPTION]...\n"
    "       sockfeed serve [OPTION]... CAPTURE\n"
    "       sockfeed probe [OPTION]... URL\n"
    "Stream the messages of WebSocket and Socket.IO servers to standard "
    "output.\n"
    "\n"
    "  http://host[:port][/namespace]  Socket.IO, https:// with TLS\n"
    "  ws://host[:port][/path]         WebSocket, wss:// with TLS\n";

static const char hints[] =
    "\n"
    "MESSAGE is `NAME JSON...` or `[\"NAME\",JSON...]` for Socket.IO, else the "
    "text as\n"
    "it is. @FILE in place of MESSAGE, JSON, a header or a secret: what is in "
    "FILE.\n";

static size_t append_names(struct buf *out, const struct option *option)
{
    size_t before = out->size;

    if (option->letter != '\0') {
        buf_append_format(out, "  -%c, ", option->letter);
    } else {
        buf_append_text(out, "      ");
    }
    buf_append_format(out, "--%s", option->name);
    if ((option->flags & OPTION_OPTIONAL_VALUE) != 0) {
        buf_append_format(out, "[=%s]", option->argument);
    } else if (option->argument != NULL) {
        buf_append_format(out, " %s", option->argument);
    }
    return out->size - before;
}

static void append_option(struct buf *out, const struct option *option)
{
    size_t column = append_names(out, option);

    /* Two spaces at least, or a line of its own. */
    if (column + 2 > HELP_COLUMN) {
        buf_append_byte(out, '\n');
        column = 0;
    }
    for (; column < HELP_COLUMN; column++) {
        buf_append_byte(out, ' ');
    }
    buf_append_text(out, option->help);
    buf_append_byte(out, '\n');
}

static void append_group(struct buf *out, enum option_group group)
{
    buf_append_format(out, "\n%s:\n", option_table_group(group));
    for (size_t i = 0; i < option_table_count; i++) {
        if (option_table[i].group == group) {
            append_option(out, &option_table[i]);
        }
    }
}

void option_help(struct buf *out)
{
    buf_append_text(out, usage);
    for (unsigned group = 0; group < OPTION_GROUP_COUNT; group++) {
        append_group(out, (enum option_group)group);
    }
    buf_append_text(out, hints);
}
