/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "tests/support/guard_page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void guard_page_init(struct guard_page *guard, size_t capacity)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    guard->capacity = (capacity + page - 1) / page * page;
    guard->map_size = guard->capacity + page;
    guard->map = mmap(NULL, guard->map_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guard->map == MAP_FAILED ||
        mprotect(guard->map + guard->capacity, page, PROT_NONE) != 0) {
        abort();
    }
}

void guard_page_deinit(struct guard_page *guard)
{
    if (guard->map != NULL) {
        (void)munmap(guard->map, guard->map_size);
    }
    guard->map = NULL;
}

char *guard_page_place(struct guard_page *guard, const void *data, size_t size)
{
    char *at = guard->map + guard->capacity - size;

    assert(size <= guard->capacity);
    if (size > 0) {
        memcpy(at, data, size);
    }
    return at;
}
