/* SPDX-License-Identifier: MIT */
#include "base/json_strings.h"

#ifdef __SSE2__

# include "base/json_block.h"
# include "base/utf8.h"

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Checks what stands behind escaping backslashes, quotes and backslashes
 * aside. What is read past the text's end is refused or does not matter: a
 * string that is cut short does not end. */
static bool check_escapes(const char *block, uint64_t escaped)
{
    for (; escaped != 0; escaped &= escaped - 1) {
        const char *at = block + __builtin_ctzll(escaped);

        switch (*at) {
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            break;
        case 'u':
            if (!is_hex(at[1]) || !is_hex(at[2]) || !is_hex(at[3]) ||
                !is_hex(at[4])) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
    return true;
}

/* The text before this block is ASCII, or known to be valid. */
static bool check_utf8(struct json_strings *strings)
{
    struct span rest =
        span_skip(span_of(strings->text, strings->size), strings->seen);

    if (!strings->known_utf8) {
        strings->known_utf8 = utf8_check(rest) == rest.size;
    }
    return strings->known_utf8;
}

/* Looks closer at a block with escapes, control characters or bytes that are
 * not ASCII. `valid` has a bit for each byte of the text. Answers with the
 * quotes that are not escaped. */
static __attribute__((noinline)) uint64_t check_rare(
    struct json_strings *strings, uint64_t valid, uint64_t quotes)
{
    const char *at = strings->text + strings->seen;
    struct json_block block = json_block_load(at);
    uint64_t backslashes =
        json_block_mask(json_block_equal(block, '\\')) & valid;
    uint64_t escaped =
        json_block_escaped(backslashes, &strings->escaped) & valid;
    uint64_t unusual = json_block_mask(json_block_unusual(block)) & valid;
    uint64_t high = json_block_mask(block) & valid;
    uint64_t inside;

    if (!check_escapes(at, escaped & ~(quotes | backslashes)) ||
        (high != 0 && !check_utf8(strings))) {
        strings->broken = true;
    }
    quotes &= ~escaped;
    inside = json_block_parity(quotes) ^ strings->inside;
    if ((unusual & ~high & inside) != 0) {
        strings->broken = true;
    }
    if (unusual != high) {
        struct json_block lines = json_block_or(json_block_equal(block, '\n'),
                                                json_block_equal(block, '\r'));

        strings->multiline |= (json_block_mask(lines) & valid) != 0;
    }
    return quotes;
}

void json_strings_init(struct json_strings *strings, struct span text,
                       bool known_utf8)
{
    strings->text = text.data;
    strings->size = text.size;
    strings->seen = 0;
    strings->inside = 0;
    strings->escaped = 0;
    strings->known_utf8 = known_utf8;
    strings->multiline = false;
    strings->broken = false;
    strings->count = 0;
}

/* Adds the ends of strings in the next block and answers with their count. */
static inline size_t add_block(struct json_strings *strings, size_t count)
{
    size_t seen = strings->seen;
    size_t left = strings->size - seen;
    uint64_t valid = left < JSON_BLOCK ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
    struct json_block block = json_block_load(strings->text + seen);
    struct json_block rare =
        json_block_or(json_block_unusual(block), json_block_equal(block, '\\'));
    uint64_t quotes = json_block_mask(json_block_equal(block, '"')) & valid;
    uint64_t inside;

    /* What lies past the end of the text is usually rare: asked first is what
     * is quickest to say of a whole block. */
    if ((json_block_any(rare) && (json_block_mask(rare) & valid) != 0) ||
        strings->escaped != 0) {
        quotes = check_rare(strings, valid, quotes);
    }
    inside = json_block_parity(quotes) ^ strings->inside;
    strings->inside = (uint64_t)0 - (inside >> 63);
    for (uint64_t ends = quotes & ~inside; ends != 0; ends &= ends - 1) {
        strings->ends[count++] =
            (uint32_t)seen + 1 + (uint32_t)__builtin_ctzll(ends);
    }
    strings->seen = seen + JSON_BLOCK;
    return count;
}

bool json_strings_more(struct json_strings *strings, size_t used)
{
    size_t count = strings->count - used;

    if (count > 0) {
        memmove(strings->ends, strings->ends + used, count * sizeof(uint32_t));
    }
    while (strings->seen < strings->size &&
           count <= JSON_STRINGS_ROOM - JSON_BLOCK / 2 - 2) {
        count = add_block(strings, count);
    }
    strings->count = count;
    if (strings->seen < strings->size) {
        return !strings->broken;
    }
    strings->ends[count] = 0;
    strings->ends[count + 1] = 0;
    return !strings->broken && strings->inside == 0;
}

#endif
