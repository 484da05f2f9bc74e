/* SPDX-License-Identifier: MIT */
#include "cli/options/command.h"

#include "base/buf.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    READ_SIZE = 4096,
    EXIT_LOOK = 10 /* ms between two looks whether it has exited */
};

extern char **environ;

/* What it writes on one of its descriptors. */
struct command_stream {
    int descriptor; /* -1: its end was read */
    struct sockfeed_watch *watch;
    struct buf text;
    bool cut; /* there was more */
};

/*
 *   RUNNING --both streams ended--> LEAVING --exited--> OVER
 *      |                               |                 ^
 *      +------- time is up, too much --+-----------------+
 */
struct command {
    struct sockfeed_loop *loop;
    command_callback *callback;
    void *user;
    pid_t process; /* 0: it was waited for */
    struct command_stream output;
    struct command_stream errors;
    struct sockfeed_timer *limit;
    struct sockfeed_timer *look; /* whether it has exited */
    char reason[80];
};

/* ---- Ending ------------------------------------------------------------ */

static void stream_close(struct command_stream *stream)
{
    sockfeed_watch_free(stream->watch);
    stream->watch = NULL;
    if (stream->descriptor >= 0) {
        (void)close(stream->descriptor);
        stream->descriptor = -1;
    }
}

/* With all that it started and that has not left its group. */
static void stop(struct command *command)
{
    if (command->process != 0) {
        (void)kill(-command->process, SIGKILL);
        while (waitpid(command->process, NULL, 0) < 0 && errno == EINTR) {
        }
        command->process = 0;
    }
}

static void finish(struct command *command, enum sockfeed_result result)
{
    struct command_end end = {.result = result, .reason = command->reason};

    stop(command);
    stream_close(&command->output);
    stream_close(&command->errors);
    sockfeed_timer_clear(command->limit);
    sockfeed_timer_clear(command->look);
    end.output = buf_span(&command->output.text);
    end.errors = buf_span(&command->errors.text);
    if (buf_result(&command->output.text) == SOCKFEED_NOMEM) {
        end.result = SOCKFEED_NOMEM;
        end.reason = sockfeed_result_text(SOCKFEED_NOMEM);
    }
    command->callback(command->user, &end);
}

static void on_limit(void *user)
{
    struct command *command = user;

    (void)snprintf(command->reason, sizeof command->reason,
                   "has not ended in time");
    finish(command, SOCKFEED_TIMEOUT);
}

static void judge(struct command *command, int status)
{
    enum sockfeed_result result = SOCKFEED_SYSTEM;

    if (WIFSIGNALED(status)) {
        (void)snprintf(command->reason, sizeof command->reason,
                       "was killed by signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        (void)snprintf(command->reason, sizeof command->reason,
                       "failed with exit status %d", WEXITSTATUS(status));
    } else if (command->output.cut) {
        (void)snprintf(command->reason, sizeof command->reason,
                       "wrote more than %d bytes", LIMIT_COMMAND_OUTPUT);
        result = SOCKFEED_FULL;
    } else {
        result = SOCKFEED_OK;
    }
    finish(command, result);
}

/* A process that has closed its outputs usually is gone as well. */
static void on_look(void *user)
{
    struct command *command = user;
    int status;
    pid_t gone = waitpid(command->process, &status, WNOHANG);

    if (gone == command->process) {
        command->process = 0;
        judge(command, status);
    } else {
        sockfeed_timer_set(command->look, EXIT_LOOK);
    }
}

/* ---- Reading ----------------------------------------------------------- */

static void keep(struct command_stream *stream, const char *data, size_t size)
{
    size_t room = stream->text.limit - stream->text.size;

    if (size > room) {
        stream->cut = true;
        size = room;
    }
    buf_append(&stream->text, data, size);
}

static void read_from(struct command *command, struct command_stream *stream)
{
    char piece[READ_SIZE];
    ssize_t got = read(stream->descriptor, piece, sizeof piece);

    if (got > 0) {
        keep(stream, piece, (size_t)got);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        stream_close(stream);
    }
    if (command->output.descriptor < 0 && command->errors.descriptor < 0) {
        sockfeed_timer_set(command->look, 0);
    }
}

static void on_output(void *user, unsigned ready)
{
    struct command *command = user;

    (void)ready;
    read_from(command, &command->output);
}

static void on_errors(void *user, unsigned ready)
{
    struct command *command = user;

    (void)ready;
    read_from(command, &command->errors);
}

/* ---- Beginning --------------------------------------------------------- */

static bool set_up(int descriptor, bool blocks)
{
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 &&
           (blocks || fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0);
}

/* Gives the end that the command writes to; -1 with errno. */
static int open_stream(struct command *command, struct command_stream *stream,
                       sockfeed_watch_callback callback,
                       enum sockfeed_result *result)
{
    int ends[2];

    if (pipe(ends) != 0) {
        *result = SOCKFEED_SYSTEM;
        return -1;
    }
    stream->descriptor = ends[0];
    *result = set_up(ends[0], false) && set_up(ends[1], true)
                  ? sockfeed_watch_new(&stream->watch, command->loop, ends[0],
                                       SOCKFEED_READABLE, callback, command)
                  : SOCKFEED_SYSTEM;
    if (*result != SOCKFEED_OK) {
        (void)close(ends[1]);
        return -1;
    }
    return ends[1];
}

/* What the library ignores for itself must not be ignored by a pipeline. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t defaults;

    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    (void)posix_spawnattr_setsigdefault(attributes, &defaults);
    (void)posix_spawnattr_setpgroup(attributes, 0);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                    POSIX_SPAWN_SETSIGDEF);
}

static int set_descriptors(posix_spawn_file_actions_t *actions, int output,
                           int errors)
{
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                                 "/dev/null", O_RDONLY, 0);

    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, output, 1);
    }
    return error == 0 ? posix_spawn_file_actions_adddup2(actions, errors, 2)
                      : error;
}

/* An errno, or 0. */
static int spawn(struct command *command, const char *text, int output,
                 int errors)
{
    static char shell[] = "sh";
    static char option[] = "-c";
    char *const arguments[] = {shell, option, (char *)(uintptr_t)text, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = set_attributes(&attributes);
        if (error == 0) {
            error = set_descriptors(&actions, output, errors);
        }
        if (error == 0) {
            error = posix_spawn(&command->process, "/bin/sh", &actions,
                                &attributes, arguments, environ);
        }
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

static enum sockfeed_result start(struct command *command, const char *text)
{
    enum sockfeed_result result;
    int output = open_stream(command, &command->output, on_output, &result);
    int errors = -1;
    int error = errno;

    if (output >= 0) {
        errors = open_stream(command, &command->errors, on_errors, &result);
        error = errno;
    }
    if (result == SOCKFEED_OK) {
        error = spawn(command, text, output, errors);
        result = error == 0 ? SOCKFEED_OK : SOCKFEED_SYSTEM;
    }
    if (output >= 0) {
        (void)close(output);
    }
    if (errors >= 0) {
        (void)close(errors);
    }
    errno = error;
    return result;
}

enum sockfeed_result command_new(struct command **command,
                                 struct sockfeed_loop *loop, const char *text,
                                 int64_t timeout, command_callback *callback,
                                 void *user)
{
    struct command *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop;
    made->callback = callback;
    made->user = user;
    made->output.descriptor = -1;
    made->errors.descriptor = -1;
    buf_init(&made->output.text, LIMIT_COMMAND_OUTPUT);
    buf_init(&made->errors.text, LIMIT_COMMAND_ERRORS);
    result = sockfeed_timer_new(&made->limit, loop, on_limit, made);
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&made->look, loop, on_look, made);
    }
    if (result == SOCKFEED_OK) {
        result = start(made, text);
    }
    if (result != SOCKFEED_OK) {
        int error = errno;

        command_free(made);
        errno = error;
        return result;
    }
    sockfeed_timer_set(made->limit, timeout);
    *command = made;
    return SOCKFEED_OK;
}

void command_free(struct command *command)
{
    if (command == NULL) {
        return;
    }
    stop(command);
    stream_close(&command->output);
    stream_close(&command->errors);
    buf_wipe(&command->output.text);
    buf_deinit(&command->errors.text);
    sockfeed_timer_free(command->limit);
    sockfeed_timer_free(command->look);
    free(command);
}
