/* SPDX-License-Identifier: MIT */
#include "api/guard.h"

void guard_init(struct guard *guard, void (*destroy)(void *user), void *user)
{
    *guard = (struct guard){.destroy = destroy, .user = user};
}

void guard_enter(struct guard *guard)
{
    guard->depth++;
}

void guard_leave(struct guard *guard)
{
    guard->depth--;
    if (guard->depth == 0 && guard->freed) {
        guard->destroy(guard->user);
    }
}

void guard_free(struct guard *guard)
{
    guard->freed = true;
    if (guard->depth == 0) {
        guard->destroy(guard->user);
    }
}
