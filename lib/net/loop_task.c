/* SPDX-License-Identifier: MIT */
#include "net/loop_task.h"

#include "net/loop.h"

#include <stddef.h>

static void link_before(struct loop_task *head, struct loop_task *task)
{
    task->next = head;
    task->previous = head->previous;
    head->previous->next = task;
    head->previous = task;
}

void loop_task_init(struct loop_task *task, struct loop *loop,
                    loop_callback callback, void *user)
{
    *task = (struct loop_task){
        .tasks = loop_tasks(loop), .callback = callback, .user = user};
}

void loop_task_post(struct loop_task *task)
{
    if (task->next == NULL) {
        link_before(&task->tasks->posted, task);
    }
}

void loop_task_cancel(struct loop_task *task)
{
    if (task->next != NULL) {
        task->next->previous = task->previous;
        task->previous->next = task->next;
        task->next = NULL;
    }
}

void loop_tasks_init(struct loop_tasks *tasks)
{
    tasks->posted.next = &tasks->posted;
    tasks->posted.previous = &tasks->posted;
    tasks->running.next = &tasks->running;
    tasks->running.previous = &tasks->running;
}

bool loop_tasks_any(const struct loop_tasks *tasks)
{
    return tasks->posted.next != &tasks->posted;
}

void loop_tasks_serve(struct loop_tasks *tasks)
{
    struct loop_task *task;

    /* Only what is posted by now: what these post has the next turn. */
    while (loop_tasks_any(tasks)) {
        task = tasks->posted.next;
        loop_task_cancel(task);
        link_before(&tasks->running, task);
    }
    while (tasks->running.next != &tasks->running) {
        task = tasks->running.next;
        loop_task_cancel(task);
        task->callback(task->user);
    }
}
