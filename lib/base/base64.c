/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789+/";

size_t base64_encoded_size(size_t size)
{
    return size / 3 * 4 + (size % 3 == 0 ? 0 : 4);
}

static void encode_group(char *to, unsigned bits)
{
    to[0] = alphabet[bits >> 18];
    to[1] = alphabet[bits >> 12 & 63];
    to[2] = alphabet[bits >> 6 & 63];
    to[3] = alphabet[bits & 63];
}

void base64_encode(char *to, struct span bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.data;
    size_t left = bytes.size;

    for (; left >= 3; left -= 3, at += 3, to += 4) {
        encode_group(to, (unsigned)at[0] << 16 | (unsigned)at[1] << 8 | at[2]);
    }
    if (left > 0) {
        unsigned second = left == 2 ? at[1] : 0;

        encode_group(to, (unsigned)at[0] << 16 | second << 8);
        to[2] = left == 2 ? to[2] : '=';
        to[3] = '=';
    }
}

void base64_append(struct buf *to, struct span bytes)
{
    size_t size = base64_encoded_size(bytes.size);
    char *room = buf_reserve(to, size);

    if (room != NULL) {
        base64_encode(room, bytes);
        to->size += size;
    }
}

/*
 * The value of each character plus 1, so that 0, which is what the table
 * holds where nothing is said, means "not in the alphabet".
 */
static const uint8_t values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
    ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static unsigned value_of(char c)
{
    return values[(unsigned char)c];
}

/* Padding fills the last group up to four: only a text of whole groups can
 * have it. */
static size_t padding_size(struct span text)
{
    if (text.size == 0 || text.size % 4 != 0 ||
        text.data[text.size - 1] != '=') {
        return 0;
    }
    return text.data[text.size - 2] == '=' ? 2 : 1;
}

static size_t size_without_padding(size_t characters)
{
    return characters / 4 * 3 + characters % 4 * 3 / 4;
}

size_t base64_decoded_size(struct span text)
{
    return size_without_padding(text.size - padding_size(text));
}

static enum sockfeed_result refuse_character(struct malformed *malformed,
                                             struct span text, size_t offset)
{
    while (value_of(text.data[offset]) != 0) {
        offset++;
    }
    return malformed_set(malformed, offset,
                         text.data[offset] == '='
                             ? "wrong padding in base64"
                             : "illegal character in base64");
}

/* The two or three characters after the last whole group. */
static enum sockfeed_result decode_rest(char *to, struct span text, size_t at,
                                        struct malformed *malformed)
{
    bool three = text.size - at == 3;
    unsigned a = value_of(text.data[at]);
    unsigned b = value_of(text.data[at + 1]);
    unsigned c = three ? value_of(text.data[at + 2]) : 1;
    unsigned bits;

    if (a == 0 || b == 0 || c == 0) {
        return refuse_character(malformed, text, at);
    }
    bits = (a - 1) << 12 | (b - 1) << 6 | (c - 1);
    if ((bits & (three ? 0x3 : 0x3ff)) != 0) {
        return malformed_set(malformed, text.size - 1,
                             "bits behind the last byte in base64");
    }
    to[0] = (char)(bits >> 10);
    if (three) {
        to[1] = (char)(bits >> 2);
    }
    return SOCKFEED_OK;
}

enum sockfeed_result base64_decode(char *to, struct span text,
                                   struct malformed *malformed)
{
    size_t at = 0;

    text.size -= padding_size(text);
    for (; text.size - at >= 4; at += 4, to += 3) {
        unsigned a = value_of(text.data[at]);
        unsigned b = value_of(text.data[at + 1]);
        unsigned c = value_of(text.data[at + 2]);
        unsigned d = value_of(text.data[at + 3]);
        unsigned bits;

        if (a == 0 || b == 0 || c == 0 || d == 0) {
            return refuse_character(malformed, text, at);
        }
        bits = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        to[0] = (char)(bits >> 16);
        to[1] = (char)(bits >> 8);
        to[2] = (char)bits;
    }
    switch (text.size - at) {
    case 0:
        return SOCKFEED_OK;
    case 1:
        if (value_of(text.data[at]) == 0) {
            return refuse_character(malformed, text, at);
        }
        return malformed_set(malformed, text.size, "half a group in base64");
    default:
        return decode_rest(to, text, at, malformed);
    }
}
