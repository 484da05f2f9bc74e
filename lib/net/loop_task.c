/* SPDX-License-Identifier: MIT */
#include "net/loop_task.h"

#include "net/loop.h"

#include <stddef.h>

void loop_task_init(struct loop_task *task, struct loop *loop,
                    loop_callback callback, void *user)
{
    list_init(&task->link);
    task->tasks = loop_tasks(loop);
    task->callback = callback;
    task->user = user;
}

void loop_task_post(struct loop_task *task)
{
    if (list_is_empty(&task->link)) {
        list_append(&task->tasks->posted, &task->link);
    }
}

void loop_task_cancel(struct loop_task *task)
{
    list_remove(&task->link);
}

void loop_tasks_init(struct loop_tasks *tasks)
{
    list_init(&tasks->posted);
    list_init(&tasks->running);
}

bool loop_tasks_any(const struct loop_tasks *tasks)
{
    return !list_is_empty(&tasks->posted);
}

void loop_tasks_serve(struct loop_tasks *tasks)
{
    struct list *link;

    /* Only what is posted by now: what these post has the next turn. */
    while (!list_is_empty(&tasks->posted)) {
        link = tasks->posted.next;
        list_remove(link);
        list_append(&tasks->running, link);
    }
    while (!list_is_empty(&tasks->running)) {
        struct loop_task *task =
            LIST_ENTRY(tasks->running.next, struct loop_task, link);

        loop_task_cancel(task);
        task->callback(task->user);
    }
}
