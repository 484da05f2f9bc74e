/* SPDX-License-Identifier: MIT */
#include "cli/base/whole.h"

#include <string.h>

bool whole_read(struct whole *number, struct span text)
{
    while (text.size > 1 && text.data[0] == '0') {
        text = span_skip(text, 1);
    }
    if (text.size == 0 || text.size > WHOLE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number->digits[i] = text.data[i];
    }
    number->digits[text.size] = '\0';
    return true;
}

struct whole whole_next(const struct whole *number)
{
    struct whole next = *number;
    size_t size = strlen(next.digits);
    size_t at = size;

    while (at > 0 && next.digits[at - 1] == '9') {
        next.digits[--at] = '0';
    }
    if (at > 0) {
        next.digits[at - 1]++;
    } else {
        memmove(next.digits + 1, next.digits, size + 1);
        next.digits[0] = '1';
    }
    return next;
}

int whole_compare(const struct whole *number, const struct whole *other)
{
    size_t size = strlen(number->digits);
    size_t other_size = strlen(other->digits);

    return size != other_size ? (size < other_size ? -1 : 1)
                              : strcmp(number->digits, other->digits);
}
