/* SPDX-License-Identifier: MIT */
#include "api/turnstile.h"

static bool has_room(const struct turnstile *turnstile)
{
    return turnstile->limit == 0 || turnstile->inside < turnstile->limit;
}

static void on_work(void *user)
{
    struct turnstile *turnstile = user;

    while (has_room(turnstile) && !list_is_empty(&turnstile->waiting)) {
        struct turn *turn =
            LIST_ENTRY(turnstile->waiting.next, struct turn, waiting);

        list_remove(&turn->waiting);
        turn->inside = true;
        turnstile->inside++;
        turn->callback(turn->user);
    }
}

void turnstile_init(struct turnstile *turnstile, struct loop *loop)
{
    *turnstile = (struct turnstile){.limit = 0};
    list_init(&turnstile->waiting);
    loop_task_init(&turnstile->work, loop, on_work, turnstile);
}

void turnstile_deinit(struct turnstile *turnstile)
{
    loop_task_cancel(&turnstile->work);
}

void turnstile_set_limit(struct turnstile *turnstile, unsigned limit)
{
    turnstile->limit = limit;
    loop_task_post(&turnstile->work);
}

void turnstile_turn_init(struct turn *turn, struct turnstile *turnstile,
                         void (*callback)(void *user), void *user)
{
    *turn = (struct turn){
        .turnstile = turnstile, .callback = callback, .user = user};
    list_init(&turn->waiting);
}

void turnstile_ask(struct turn *turn)
{
    list_append(&turn->turnstile->waiting, &turn->waiting);
    loop_task_post(&turn->turnstile->work);
}

void turnstile_leave(struct turn *turn)
{
    list_remove(&turn->waiting);
    if (turn->inside) {
        turn->inside = false;
        turn->turnstile->inside--;
        loop_task_post(&turn->turnstile->work);
    }
}
