/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_EDITOR_LIBRARY_H
#define CLI_INPUT_EDITOR_LIBRARY_H

#include <histedit.h>
#include <stdbool.h>
#include <stdio.h>

/* The functions of libedit, which is loaded only for who types. What it knows
 * of terminals is its own to the end, so that it is never unloaded. */
struct editor_library {
    void *handle; /* NULL: it is not there */
    EditLine *(*init)(const char *, FILE *, FILE *, FILE *);
    void (*end)(EditLine *);
    const char *(*gets)(EditLine *, int *);
    int (*set)(EditLine *, int, ...);
    int (*get)(EditLine *, int, ...);
    int (*insert)(EditLine *, const char *);
    const LineInfo *(*line)(EditLine *);
    void (*resize)(EditLine *);
    History *(*history_init)(void);
    void (*history_end)(History *);
    int (*history)(History *, HistEvent *, int, ...);
};

/* False where there is none, or one that lacks something. */
bool editor_library_load(struct editor_library *library);

#endif
