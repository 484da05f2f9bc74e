/* SPDX-License-Identifier: MIT */
#include "base/list.h"

void list_init(struct list *list)
{
    list->next = list;
    list->previous = list;
}

bool list_is_empty(const struct list *list)
{
    return list->next == list;
}

void list_append(struct list *list, struct list *link)
{
    link->next = list;
    link->previous = list->previous;
    list->previous->next = link;
    list->previous = link;
}

void list_remove(struct list *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    list_init(link);
}
