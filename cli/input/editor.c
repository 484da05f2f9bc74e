/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* wcwidth */
#include "cli/input/editor.h"

#include "base/buf.h"
#include "base/limits.h"
#include "cli/base/term.h"
#include "cli/input/completion.h"
#include "cli/input/editor_library.h"
#include "cli/input/history_path.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum {
    HISTORY_LINES = 1000,
    KEY_TIME = 50,      /* ms for the rest of a key */
    QUIET_TIME = 20,    /* ms without output until the line is shown again, */
    HIDDEN_MAX = 150,   /* and how long it stays away from a busy feed */
    KEYS_AT_ONCE = 256, /* of what was typed meanwhile */
    END_OF_FILE = 4     /* what libedit gives for it */
};

static const char prompt[] = "> ";

struct editor {
    struct editor_callbacks callbacks;
    struct editor_library library;
    struct sockfeed_loop *loop;
    struct sockfeed_watch *watch;
    struct sockfeed_timer *show;
    FILE *in;
    FILE *out;
    EditLine *edit;
    History *history;
    struct buf path; /* of the history; empty: it is not kept */
    bool shown;      /* there is a line on the terminal, or there was one */
    bool hidden;     /* which made way */
    int64_t show_by; /* ms of the loop's clock: when it is back at the latest */
    bool suspended;  /* the terminal is somebody else's */
    bool dumb;       /* it knows no escape sequences */
    bool tab;        /* was the last key */
    bool at_end;     /* nothing more can be read */
};

/* ---- History ------------------------------------------------------------ */

static void open_history(struct editor *editor)
{
    const struct editor_library *library = &editor->library;
    HistEvent event;

    editor->history = library->history_init();
    if (editor->history == NULL) {
        return;
    }
    (void)library->history(editor->history, &event, H_SETSIZE, HISTORY_LINES);
    (void)library->history(editor->history, &event, H_SETUNIQUE, 1);
    if (history_path_make(&editor->path)) {
        (void)library->history(editor->history, &event, H_LOAD,
                               editor->path.data);
    } else {
        buf_clear(&editor->path);
    }
    (void)library->set(editor->edit, EL_HIST, library->history,
                       editor->history);
}

static void close_history(struct editor *editor)
{
    const struct editor_library *library = &editor->library;
    HistEvent event;

    if (editor->history == NULL) {
        return;
    }
    if (editor->path.size > 0) {
        (void)library->history(editor->history, &event, H_SAVE,
                               editor->path.data);
    }
    library->history_end(editor->history);
}

/* As shells do: what begins with a space is not kept. */
static void remember(struct editor *editor, const char *line)
{
    HistEvent event;

    if (editor->history != NULL && line[0] != ' ' && line[0] != '\0') {
        (void)editor->library.history(editor->history, &event, H_ENTER, line);
    }
}

/* ---- Completion --------------------------------------------------------- */

/* Puts all words to the test; shows those that pass where `out` is given. */
static void try_words(struct editor *editor, struct completion *completion,
                      FILE *out)
{
    const struct editor_callbacks *callbacks = &editor->callbacks;
    const char *word = callbacks->word(callbacks->user, 0);

    for (size_t i = 1; word != NULL; i++) {
        if (completion_consider(completion, word) && out != NULL) {
            (void)fprintf(out, "%s  ", word);
        }
        word = callbacks->word(callbacks->user, i);
    }
}

/* Completes the first word of a line; what may follow is shown where there is
 * nothing to add. */
static void complete(struct editor *editor)
{
    const LineInfo *line = editor->library.line(editor->edit);
    struct span typed =
        span_of(line->buffer, (size_t)(line->cursor - line->buffer));
    struct completion completion;
    const char *rest;

    completion_init(&completion, typed);
    if (span_find(typed, ' ') == typed.size) {
        try_words(editor, &completion, NULL);
    }
    rest = completion_rest(&completion);
    if (completion.count > 1 && rest[0] == '\0') {
        completion_init(&completion, typed);
        try_words(editor, &completion, editor->out);
        (void)fputc('\n', editor->out);
    } else {
        (void)editor->library.insert(editor->edit, rest);
    }
    if (completion.count == 1) {
        (void)editor->library.insert(editor->edit, " ");
    }
}

/* ---- The line on the terminal ------------------------------------------- */

static char *show_prompt(EditLine *edit)
{
    static char text[sizeof prompt];

    (void)edit;
    memcpy(text, prompt, sizeof prompt);
    return text;
}

/* In unbuffered mode libedit hands the terminal and the line over with each
 * key; leaving it and entering it again begins a new line. */
static void begin_line(struct editor *editor)
{
    editor->shown = true;
    (void)editor->library.set(editor->edit, EL_UNBUFFERED, 1);
}

static void end_line(struct editor *editor)
{
    editor->shown = false;
    (void)editor->library.set(editor->edit, EL_UNBUFFERED, 0);
}

/* How wide a text is on the terminal, in columns. */
static size_t width_of(const char *at, const char *end)
{
    mbstate_t state = {0};
    size_t columns = 0;

    while (at < end) {
        wchar_t character;
        size_t size = mbrtowc(&character, at, (size_t)(end - at), &state);
        int width = 1;

        if (size == 0 || size > (size_t)(end - at)) {
            size = 1; /* no character: a byte */
            state = (mbstate_t){0};
        } else {
            width = wcwidth(character);
        }
        columns += width > 0 ? (size_t)width : 0;
        at += size;
    }
    return columns;
}

/* How many rows of the terminal are above the cursor's. */
static unsigned rows_above(const struct editor *editor)
{
    const LineInfo *line = editor->library.line(editor->edit);
    struct winsize size = {.ws_col = 0};
    size_t columns = sizeof prompt - 1 + width_of(line->buffer, line->cursor);

    return ioctl(fileno(editor->out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0
               ? (unsigned)(columns / size.ws_col)
               : 0;
}

/* A terminal without a cursor to move gets a line end in place of that. */
static void erase(struct editor *editor)
{
    unsigned rows = rows_above(editor);

    if (editor->dumb) {
        (void)fputc('\n', editor->out);
        (void)fflush(editor->out);
        return;
    }
    if (rows > 0) {
        (void)fprintf(editor->out, "\033[%uA", rows);
    }
    (void)fputs("\r\033[J", editor->out);
    (void)fflush(editor->out);
}

/* After it was erased. */
static void draw(struct editor *editor)
{
    (void)editor->library.set(editor->edit, EL_REFRESH);
}

void editor_make_way(struct editor *editor)
{
    int64_t now = sockfeed_loop_now(editor->loop);
    int64_t left;

    if (editor->suspended) {
        editor_resume(editor);
    }
    if (!editor->shown || editor->suspended) {
        return;
    }
    if (!editor->hidden) {
        erase(editor);
        editor->hidden = true;
        editor->show_by = now + HIDDEN_MAX;
        /* No key has a place to be shown before the line is back. */
        sockfeed_watch_want(editor->watch, 0);
    }
    left = editor->show_by - now;
    sockfeed_timer_set(editor->show, left < 0            ? 0
                                     : left < QUIET_TIME ? left
                                                         : QUIET_TIME);
}

static bool is_readable(const struct editor *editor, int timeout)
{
    struct pollfd input = {.fd = fileno(editor->in), .events = POLLIN};

    return poll(&input, 1, timeout) == 1;
}

static void on_key(void *user, unsigned ready);

static void on_show(void *user)
{
    struct editor *editor = user;

    if (!editor->callbacks.quiet(editor->callbacks.user)) {
        sockfeed_timer_set(editor->show, QUIET_TIME);
        return;
    }
    editor->hidden = false;
    draw(editor);
    sockfeed_watch_want(editor->watch, SOCKFEED_READABLE);
    /* A busy feed takes the line away again before the loop looks for keys. */
    for (int i = 0; i < KEYS_AT_ONCE && editor->shown && !editor->hidden &&
                    is_readable(editor, 0);
         i++) {
        on_key(editor, SOCKFEED_READABLE);
    }
}

/* ---- Whose the terminal is ---------------------------------------------- */

void editor_suspend(struct editor *editor)
{
    if (editor->shown && !editor->suspended) {
        if (!editor->hidden) {
            erase(editor);
        }
        editor->hidden = true;
        editor->suspended = true;
        sockfeed_timer_clear(editor->show);
        sockfeed_watch_want(editor->watch, 0);
        (void)editor->library.set(editor->edit, EL_PREP_TERM, 0);
    }
}

void editor_resume(struct editor *editor)
{
    pid_t owner = tcgetpgrp(fileno(editor->in));

    if (!editor->shown || (owner >= 0 && owner != getpgrp())) {
        return; /* in the background it may not be touched */
    }
    if (!editor->hidden) {
        erase(editor);
    }
    editor->suspended = false;
    editor->hidden = true;
    (void)editor->library.set(editor->edit, EL_PREP_TERM, 1);
    editor->library.resize(editor->edit);
    sockfeed_timer_set(editor->show, 0);
}

/* ---- Keys --------------------------------------------------------------- */

static void take_line(struct editor *editor, const char *text, size_t size)
{
    struct buf line;

    buf_init(&line, LIMIT_OUTGOING);
    buf_append(&line, text, size);
    if (buf_text(&line) != NULL) {
        remember(editor, line.data);
        end_line(editor);
        editor->callbacks.line(editor->callbacks.user, buf_span(&line));
        begin_line(editor);
    }
    buf_wipe(&line);
}

static void finish(struct editor *editor)
{
    sockfeed_watch_want(editor->watch, 0);
    sockfeed_timer_clear(editor->show);
    end_line(editor);
    editor->callbacks.end(editor->callbacks.user);
}

/* A key may be several bytes, of which the rest comes at once, or never: then
 * heartbeats must not wait for it. */
static bool read_byte(struct editor *editor, unsigned char *byte)
{
    if (!is_readable(editor, KEY_TIME)) {
        return false;
    }
    editor->at_end = read(fileno(editor->in), byte, 1) != 1;
    return !editor->at_end;
}

/* One terminal, one editor: libedit has no other way to find it. */
static struct editor *the_editor;

/* libedit's question for the next character (UTF-8). */
static int read_key(EditLine *edit, wchar_t *key)
{
    struct editor *editor = the_editor;
    unsigned char byte = 0;
    unsigned more;

    (void)edit;
    if (!read_byte(editor, &byte)) {
        return 0;
    }
    if (byte == '\t') {
        editor->tab = true; /* not a key of libedit's */
        return 0;
    }
    more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
    *key = (wchar_t)(more == 0 ? byte : byte & (0x3fU >> more));
    for (; more > 0; more--) {
        if (!read_byte(editor, &byte)) {
            return 0;
        }
        *key = (wchar_t)((unsigned)*key << 6 | (byte & 0x3fU));
    }
    return 1;
}

static void on_key(void *user, unsigned ready)
{
    struct editor *editor = user;
    int count = 0;
    const char *text = editor->library.gets(editor->edit, &count);

    (void)ready;
    if (editor->tab) {
        editor->tab = false;
        erase(editor);
        complete(editor);
        draw(editor);
        return;
    }
    if (text == NULL || count <= 0) {
        text = ""; /* a part of a key, or an empty line still */
        count = 1;
    }
    if (editor->at_end || (count == 1 && text[0] == END_OF_FILE)) {
        finish(editor);
    } else if (text[count - 1] == '\n' || text[count - 1] == '\r') {
        take_line(editor, text, (size_t)count - 1);
    }
}

/* ---- Life --------------------------------------------------------------- */

static bool open_terminal(struct editor *editor, int descriptor)
{
    int in = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    int out = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);

    editor->in = in < 0 ? NULL : fdopen(in, "r");
    editor->out = out < 0 ? NULL : fdopen(out, "w");
    if (editor->in == NULL && in >= 0) {
        (void)close(in);
    }
    if (editor->out == NULL && out >= 0) {
        (void)close(out);
    }
    return editor->in != NULL && editor->out != NULL;
}

static bool open_editor(struct editor *editor)
{
    const struct editor_library *library = &editor->library;

    /* libedit asks the locale how characters are written. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        (void)setlocale(LC_CTYPE, "");
    }
    editor->edit =
        library->init("sockfeed", editor->in, editor->out, editor->out);
    if (editor->edit == NULL) {
        return false;
    }
    (void)library->set(editor->edit, EL_PROMPT, show_prompt);
    (void)library->set(editor->edit, EL_EDITOR, "emacs");
    (void)library->set(editor->edit, EL_SIGNAL, 0);
    (void)library->set(editor->edit, EL_GETCFN, read_key);
    (void)library->set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    return true;
}

enum sockfeed_result editor_new(struct editor **editor,
                                struct sockfeed_loop *loop, int descriptor,
                                const struct editor_callbacks *callbacks)
{
    struct editor *made = calloc(1, sizeof *made);
    enum sockfeed_result result = SOCKFEED_OK;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->callbacks = *callbacks;
    made->loop = loop;
    made->dumb = term_is_dumb();
    buf_init(&made->path, LIMIT_URL);
    if (!editor_library_load(&made->library) ||
        !open_terminal(made, descriptor) || !open_editor(made)) {
        result = SOCKFEED_SYSTEM;
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&made->show, loop, on_show, made);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_watch_new(&made->watch, loop, descriptor,
                                    SOCKFEED_READABLE, on_key, made);
    }
    if (result != SOCKFEED_OK) {
        editor_free(made);
        return result;
    }
    open_history(made);
    the_editor = made;
    begin_line(made);
    *editor = made;
    return SOCKFEED_OK;
}

static void free_editor(struct editor *editor)
{
    if (the_editor == editor) {
        editor_make_way(editor);
        end_line(editor);
        the_editor = NULL;
    }
    close_history(editor);
    /* In the background the terminal was given back already, and setting it
     * once more would stop the process. */
    if (editor->edit != NULL && !editor->suspended) {
        editor->library.end(editor->edit);
    }
}

void editor_free(struct editor *editor)
{
    if (editor == NULL) {
        return;
    }
    free_editor(editor);
    sockfeed_watch_free(editor->watch);
    sockfeed_timer_free(editor->show);
    if (editor->in != NULL) {
        (void)fclose(editor->in);
    }
    if (editor->out != NULL) {
        (void)fclose(editor->out);
    }
    /* The library stays: what it knows of terminals is its own to the end. */
    buf_deinit(&editor->path);
    free(editor);
}
