/* SPDX-License-Identifier: MIT */
#ifndef API_TURNSTILE_H
#define API_TURNSTILE_H

#include "base/list.h"
#include "net/loop_task.h"

#include <stdbool.h>

/*
 * How many connections of a loop are in their handshake at a time: a thousand
 * that were lost together must not all knock together. Who comes first goes
 * first.
 */
struct turnstile {
    unsigned limit; /* 0: none */
    unsigned inside;
    struct list waiting;
    struct loop_task work; /* lets in */
};

/* A connection at the turnstile, embedded in what it belongs to. */
struct turn {
    struct list waiting; /* in the turnstile's list, or in none */
    struct turnstile *turnstile;
    bool inside;
    void (*callback)(void *user);
    void *user;
};

void turnstile_init(struct turnstile *turnstile, struct loop *loop);

/* Nobody may be waiting. */
void turnstile_deinit(struct turnstile *turnstile);

void turnstile_set_limit(struct turnstile *turnstile, unsigned limit);

void turnstile_turn_init(struct turn *turn, struct turnstile *turnstile,
                         void (*callback)(void *user), void *user);

/* Asks to go through; the callback comes when it may, from the loop. */
void turnstile_ask(struct turn *turn);

/* The handshake is over, or nobody waits for it any more. Fits one that did
 * not ask. */
void turnstile_leave(struct turn *turn);

#endif
