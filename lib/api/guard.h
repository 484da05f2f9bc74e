/* SPDX-License-Identifier: MIT */
#ifndef API_GUARD_H
#define API_GUARD_H

#include <stdbool.h>

/*
 * Makes it legal to free an object inside a handler that it has called: every
 * call from the loop enters the guard and leaves it, and what was freed in
 * between is destroyed by the last one to leave. An object and the parts that
 * it alone owns share one guard.
 */
struct guard {
    unsigned depth;
    bool freed; /* nothing is reported any more */
    void (*destroy)(void *user);
    void *user;
};

void guard_init(struct guard *guard, void (*destroy)(void *user), void *user);

void guard_enter(struct guard *guard);

/* Nothing that the guard stands for may be touched afterwards. */
void guard_leave(struct guard *guard);

/* Destroys now, or when the last call has left. */
void guard_free(struct guard *guard);

#endif
