/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_OUTPUT_OPTIONS_H
#define CLI_BASE_OUTPUT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked of the output, and the answer where that cannot be. */

enum output_form {
    OUTPUT_FORM_DEFAULT, /* by the source's protocol and --decode */
    OUTPUT_FORM_JSON,
    OUTPUT_FORM_DATA,
    OUTPUT_FORM_TEXT,
    OUTPUT_FORM_ENVELOPE,
    OUTPUT_FORM_RAW,
};

enum output_binary {
    OUTPUT_BINARY_BASE64,
    OUTPUT_BINARY_HEX,
    OUTPUT_BINARY_RAW,
};

enum output_color {
    OUTPUT_COLOR_AUTO, /* on a terminal, unless NO_COLOR is set */
    OUTPUT_COLOR_ALWAYS,
    OUTPUT_COLOR_NEVER,
};

enum output_on_full {
    OUTPUT_ON_FULL_BLOCK,
    OUTPUT_ON_FULL_DROP,
};

enum output_decode {
    OUTPUT_DECODE_NONE,
    OUTPUT_DECODE_CRYPTOCOMPARE,
};

/* Texts of a repeatable option, in the order they were given. */
struct output_texts {
    const char **at;
    size_t count;
};

/*
 * The values of the options under Choosing and Printing, as they were parsed.
 * All zero bytes are the defaults. Texts are NUL-terminated, NULL where the
 * option was not given, and stay the caller's while the output lives.
 */
struct output_options {
    enum output_form form; /* -o */
    enum output_binary binary;
    enum output_color color;
    enum output_on_full on_full;
    enum output_decode decode;
    bool pretty;
    bool csv;
    bool timestamp; /* -t */
    bool null;      /* -0 */
    bool inflate;

    const char *write; /* --write FILE; see cli/base/file_name.h */

    const char *format;   /* -f TEMPLATE */
    const char *select;   /* POINTER[,...] */
    const char *extract;  /* REGEX */
    const char *unwrap;   /* POINTER */
    const char *until;    /* REGEX */
    const char *latest;   /* POINTER; needs `every` */
    int64_t every;        /* ms */
    const char *latency;  /* POINTER */
    const char *unique;   /* POINTER */
    const char *sequence; /* POINTER[,KEY] */

    struct output_texts events; /* -E */
    struct output_texts match;
    struct output_texts reject;
    struct output_texts where;

    uint64_t count;     /* -n; 0: without end */
    size_t buffer;      /* --buffer in bytes; 0: LIMIT_OUTPUT_QUEUE */
    size_t max_message; /* ceiling of an inflated one; 0: LIMIT_MESSAGE */
};

/* Why something was refused: one sentence, with the option's name and, where
 * it is known, the column (from 1) at which the value went wrong. */
struct output_error {
    char text[256];
};

#endif
