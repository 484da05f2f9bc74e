/* SPDX-License-Identifier: MIT */
#include "base/json_marks.h"

#include "base/json_block.h"

enum {
    MARKS_BLOCK = 64
};

void json_marks_init(struct json_marks *marks, struct span text)
{
    *marks = (struct json_marks){.text = text.data, .size = text.size};
}

#ifdef __SSE2__

/* The marks of the block at `at`, whose first `skip` bytes were seen before. */
static uint64_t find_marks(struct json_marks *marks, const char *at,
                           unsigned skip)
{
    struct json_block block = json_block_load(at);
    struct json_block folded = json_block_fold(block);
    struct json_block found = json_block_or(json_block_equal(block, ','),
                                            json_block_equal(block, ':'));
    uint64_t quotes = json_block_mask(json_block_equal(block, '"')) >> skip;
    uint64_t backslashes =
        json_block_mask(json_block_equal(block, '\\')) >> skip;
    uint64_t inside;

    if ((backslashes | marks->escaped) != 0) {
        marks->escapes = true;
        quotes &= ~json_block_escaped(backslashes, &marks->escaped);
    }
    inside = json_block_parity(quotes) ^ marks->inside;
    marks->inside = (uint64_t)0 - (inside >> 63);
    found = json_block_or(found, json_block_equal(folded, '{'));
    found = json_block_or(found, json_block_equal(folded, '}'));
    return json_block_mask(found) >> skip & ~inside;
}

/* Looks at the next bytes, 64 or what is left of the text. */
static uint64_t look_on(struct json_marks *marks)
{
    const char *at = marks->text + marks->seen;
    size_t left = marks->size - marks->seen;
    char last[MARKS_BLOCK] = {0};

    if (left >= MARKS_BLOCK) {
        return find_marks(marks, at, 0);
    }
    if (marks->size >= MARKS_BLOCK) {
        return find_marks(marks, marks->text + marks->size - MARKS_BLOCK,
                          (unsigned)(MARKS_BLOCK - left));
    }
    memcpy(last, at, left);
    return find_marks(marks, last, 0);
}

#else

static bool is_mark(char c)
{
    return c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':';
}

/* Looks at one byte; true when it is a mark. */
static bool look_at(struct json_marks *marks, char c)
{
    if (marks->escaped != 0) {
        marks->escaped = 0;
    } else if (c == '\\') {
        marks->escapes = true;
        marks->escaped = 1;
    } else if (c == '"') {
        marks->inside = ~marks->inside;
    } else {
        return marks->inside == 0 && is_mark(c);
    }
    return false;
}

/* Looks at the next bytes, 64 or what is left of the text. */
static uint64_t look_on(struct json_marks *marks)
{
    size_t left = marks->size - marks->seen;
    uint64_t bits = 0;

    for (size_t i = 0; i < MARKS_BLOCK && i < left; i++) {
        bits |= (uint64_t)look_at(marks, marks->text[marks->seen + i]) << i;
    }
    return bits;
}

#endif

bool json_marks_more(struct json_marks *marks)
{
    while (marks->bits == 0) {
        if (marks->seen >= marks->size) {
            return false;
        }
        marks->begin = marks->seen;
        marks->bits = look_on(marks);
        marks->seen += MARKS_BLOCK;
    }
    return true;
}
