/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_TASK_H
#define NET_LOOP_TASK_H

#include "base/list.h"

/* A call at the end of the turn, embedded in what it belongs to. */
struct loop;

typedef void (*loop_callback)(void *user);

struct loop_task {
    struct list link; /* in the list of posted tasks, or in none */
    struct loop_tasks *tasks;
    loop_callback callback;
    void *user;
};

/* Initialises a task that is not posted. */
void loop_task_init(struct loop_task *task, struct loop *loop,
                    loop_callback callback, void *user);

/* Calls back once at the end of this turn; a task posted by a task waits for
 * the end of the next turn, which then does not wait. Posting what is posted
 * changes nothing. */
void loop_task_post(struct loop_task *task);

/* Fits a task that is not posted. */
void loop_task_cancel(struct loop_task *task);

/* -- For net/loop: all tasks of a loop -- */

struct loop_tasks {
    struct list posted;
    struct list running; /* posted before this turn's end */
};

void loop_tasks_init(struct loop_tasks *tasks);
bool loop_tasks_any(const struct loop_tasks *tasks);

/* Calls back those that are posted now. */
void loop_tasks_serve(struct loop_tasks *tasks);

#endif
