/* SPDX-License-Identifier: MIT */
#include "cli/serve/replay_notes.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

void replay_notes_init(struct replay_notes *notes, size_t limit)
{
    *notes = (struct replay_notes){.limit = limit};
    list_init(&notes->list);
}

static struct replay_note *note_of(struct list *link)
{
    return LIST_ENTRY(link, struct replay_note, link);
}

static size_t size_of(const struct replay_note *note)
{
    return sizeof *note + note->space.size + note->data.size;
}

void replay_notes_drop(struct replay_notes *notes, struct replay_note *note)
{
    notes->count--;
    notes->bytes -= size_of(note);
    list_remove(&note->link);
    free(note);
}

void replay_notes_deinit(struct replay_notes *notes)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &notes->list) {
        free(note_of(link));
    }
    replay_notes_init(notes, notes->limit);
}

/* Moves a span's bytes behind the note they are of. */
static char *keep(struct span *span, char *to)
{
    if (span->size > 0) {
        memcpy(to, span->data, span->size);
    }
    span->data = to;
    return to + span->size;
}

struct replay_note *replay_notes_add(struct replay_notes *notes,
                                     const struct replay_note *note)
{
    size_t size = size_of(note);
    struct replay_note *made;

    if (notes->count == notes->limit ||
        size > LIMIT_REPLAY_BYTES - notes->bytes) {
        return NULL;
    }
    made = malloc(size);
    if (made == NULL) {
        return NULL;
    }
    *made = *note;
    (void)keep(&made->data, keep(&made->space, (char *)(made + 1)));
    list_init(&made->link);
    list_append(&notes->list, &made->link);
    notes->count++;
    notes->bytes += size;
    return made;
}

struct replay_note *replay_notes_first(const struct replay_notes *notes)
{
    return notes->count == 0 ? NULL : note_of(notes->list.next);
}

struct replay_note *replay_notes_find(const struct replay_notes *notes,
                                      const struct replay_note *wanted)
{
    for (struct list *link = notes->list.previous; link != &notes->list;
         link = link->previous) {
        struct replay_note *note = note_of(link);

        if (note->type == wanted->type && note->id == wanted->id &&
            note->connection == wanted->connection &&
            span_equal(note->space, wanted->space)) {
            return note;
        }
    }
    return NULL;
}
