/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_TABLE_H
#define CLI_OPTIONS_OPTION_TABLE_H

#include "base/span.h"
#include "cli/base/option_error.h"
#include "cli/options/options.h"

#include <stddef.h>

/*
 * All options of the program, sorted by long name. The parser, --help, the
 * completions and the check of the manual read this one table, so that an
 * option is either everywhere or nowhere.
 */

/* The sections of --help, in its order. */
enum option_group {
    OPTION_GROUP_SENDING,
    OPTION_GROUP_SOCKET_IO,
    OPTION_GROUP_CHOOSING,
    OPTION_GROUP_PRINTING,
    OPTION_GROUP_CONNECTING,
    OPTION_GROUP_STAYING,
    OPTION_GROUP_SERVING,
    OPTION_GROUP_GENERAL,
    OPTION_GROUP_COUNT
};

/* A word that stands for a number. */
struct option_choice {
    const char *word; /* NULL ends a list */
    int value;
};

enum {
    /* A value that begins with `@` names the file that holds it. */
    OPTION_FILE = 1,
    /* The value may be left out, and stands only after `=`. */
    OPTION_OPTIONAL_VALUE = 2,
    /* What its setter says against a value is a sentence of its own. */
    OPTION_OWN_ERROR = 4,
    /* A value that is refused is not shown. */
    OPTION_SECRET = 8,
    /* With that one: of `NAME: VALUE` the name may be shown. */
    OPTION_HEADER = 16
};

/* The commands that have an option; to the others it is unknown. */
enum {
    OPTION_FOR_STREAM = 1 << OPTIONS_COMMAND_STREAM,
    OPTION_FOR_DEMO = 1 << OPTIONS_COMMAND_DEMO,
    OPTION_FOR_SERVE = 1 << OPTIONS_COMMAND_SERVE,
    OPTION_FOR_PROBE = 1 << OPTIONS_COMMAND_PROBE,
    OPTION_FOR_CLIENTS = OPTION_FOR_STREAM | OPTION_FOR_DEMO | OPTION_FOR_PROBE,
    OPTION_FOR_ALL = OPTION_FOR_CLIENTS | OPTION_FOR_SERVE,
};

struct option;

/* Takes a value, which ends in NUL and lives as long as the options; its data
 * is NULL where the option was given none. OK; INVALID with the error saying
 * what was expected; NOMEM. */
typedef enum sockfeed_result option_setter(struct options *options,
                                           const struct option *option,
                                           struct span value,
                                           struct option_error *error);

struct option {
    const char *name;     /* without its dashes */
    const char *argument; /* as --help names it; NULL: none */
    const char *help;     /* one line */
    option_setter *set;
    const struct option_choice *choices; /* for setters of choices, or NULL */
    size_t field;                        /* offset in struct options */
    enum sockfeed_option client;         /* for setters of options->connect */
    enum output_value check;             /* for setters that output checks */
    enum option_group group;
    unsigned flags;    /* OPTION_... */
    unsigned commands; /* set of OPTION_FOR_...; 0: those that stream, and
                          of the group Connecting the probe too */
    char letter;       /* of the short form, or NUL */
};

extern const struct option option_table[];
extern const size_t option_table_count;

/* The field of an option; its setter knows the type. */
static inline void *option_field(struct options *options,
                                 const struct option *option)
{
    return (char *)options + option->field;
}

/* Whether the command has the option. */
bool option_table_belongs(const struct option *option,
                          enum options_command command);

/* "Sending" and so on. */
const char *option_table_group(enum option_group group);

#endif
