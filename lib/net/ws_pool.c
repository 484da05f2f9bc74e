/* SPDX-License-Identifier: MIT */
#include "net/ws_pool.h"

#include "base/limits.h"

#include <stdlib.h>

struct ws_pool {
    char *room;
};

struct ws_pool *ws_pool_new(void)
{
    return calloc(1, sizeof(struct ws_pool));
}

void ws_pool_free(struct ws_pool *pool)
{
    if (pool != NULL) {
        free(pool->room);
        free(pool);
    }
}

char *ws_pool_room(struct ws_pool *pool)
{
    if (pool->room == NULL) {
        pool->room = malloc(LIMIT_RECEIVE_READ + LIMIT_RECEIVE_PAD);
    }
    return pool->room;
}
