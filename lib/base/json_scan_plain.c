/* SPDX-License-Identifier: MIT */
#include "base/json_scan_plain.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdint.h>

/*
 *            +--------- ',' ----------------+
 *            v                              |
 *   ---> VALUE ---- scalar ---------------> AFTER ---> (depth 0: the end)
 *         |   \                             ^  |  ^
 *        '['  '{'                          ']' |  |
 *         v     \                           |  |  '}'
 *       ELEMENT  \--> MEMBER ---------------+--|--+
 *       (VALUE         '"': key, ':', VALUE    |
 *        or ']')         ^                     |
 *                        +-- KEY <--- ',' -----+  in an object
 */
enum state {
    STATE_VALUE,
    STATE_ELEMENT, /* after '[': a value or ']' */
    STATE_MEMBER,  /* after '{': a key or '}' */
    STATE_KEY,     /* after ',' in an object */
    STATE_AFTER,   /* a value has ended */
    STATE_DONE,
    STATE_FAILED,
};

struct scanner {
    const char *at;
    const char *begin;
    const char *end;
    bool check_utf8;
    const char *reason;                     /* of a failure, which is at `at` */
    size_t depth;                           /* open arrays and objects */
    uint64_t arrays[LIMIT_JSON_DEPTH / 64]; /* bit depth - 1: it is an array */
    const char *rest;                       /* begin of the second element */
    struct json_scan_result *result;
};

static enum state fail(struct scanner *scanner, const char *reason)
{
    scanner->reason = reason;
    return STATE_FAILED;
}

/* The byte at the cursor, or -1 at the end. */
static int peek(const struct scanner *scanner)
{
    return scanner->at < scanner->end ? (unsigned char)*scanner->at : -1;
}

static void skip_space(struct scanner *scanner)
{
    while (scanner->at < scanner->end) {
        char c = *scanner->at;

        if (c == '\n' || c == '\r') {
            scanner->result->multiline = true;
        } else if (c != ' ' && c != '\t') {
            return;
        }
        scanner->at++;
    }
}

static bool in_array(const struct scanner *scanner)
{
    size_t bit = scanner->depth - 1;

    return (scanner->arrays[bit / 64] >> bit % 64 & 1) != 0;
}

/* Whether what begins or ends here is an element of the outermost array. */
static bool is_top_element(const struct scanner *scanner)
{
    return scanner->depth == 1 && in_array(scanner);
}

static void begin_value(struct scanner *scanner, char first)
{
    struct json_scan_result *result = scanner->result;

    if (scanner->depth == 0) {
        result->kind = json_scan_kind(first);
        result->value.data = scanner->at;
    } else if (is_top_element(scanner) && result->count == 0) {
        result->first_kind = json_scan_kind(first);
        result->first.data = scanner->at;
    } else if (is_top_element(scanner) && result->count == 1) {
        scanner->rest = scanner->at;
    }
}

/* The cursor stands behind the value. */
static enum state end_value(struct scanner *scanner)
{
    struct json_scan_result *result = scanner->result;

    if (scanner->depth == 0) {
        result->value.size = (size_t)(scanner->at - result->value.data);
    } else if (is_top_element(scanner)) {
        result->count++;
        if (result->count == 1) {
            result->first.size = (size_t)(scanner->at - result->first.data);
        } else {
            result->rest =
                span_of(scanner->rest, (size_t)(scanner->at - scanner->rest));
        }
    }
    return STATE_AFTER;
}

static enum state open_nest(struct scanner *scanner, bool is_array)
{
    size_t bit = scanner->depth;

    if (scanner->depth == LIMIT_JSON_DEPTH) {
        return fail(scanner, "arrays and objects are nested too deeply");
    }
    scanner->at++;
    scanner->depth++;
    scanner->arrays[bit / 64] &= ~((uint64_t)1 << bit % 64);
    scanner->arrays[bit / 64] |= (uint64_t)is_array << bit % 64;
    return is_array ? STATE_ELEMENT : STATE_MEMBER;
}

static enum state close_nest(struct scanner *scanner)
{
    scanner->at++;
    scanner->depth--;
    return end_value(scanner);
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool skip_digits(struct scanner *scanner)
{
    if (!is_digit(peek(scanner))) {
        return false;
    }
    while (is_digit(peek(scanner))) {
        scanner->at++;
    }
    return true;
}

static enum state scan_number(struct scanner *scanner)
{
    static const char expected_digit[] = "a digit is expected";

    scanner->at += *scanner->at == '-';
    if (peek(scanner) == '0') {
        scanner->at++;
    } else if (!skip_digits(scanner)) {
        return fail(scanner, expected_digit);
    }
    if (peek(scanner) == '.') {
        scanner->at++;
        if (!skip_digits(scanner)) {
            return fail(scanner, expected_digit);
        }
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E') {
        scanner->at++;
        scanner->at += peek(scanner) == '+' || peek(scanner) == '-';
        if (!skip_digits(scanner)) {
            return fail(scanner, expected_digit);
        }
    }
    return end_value(scanner);
}

static enum state scan_literal(struct scanner *scanner, const char *literal)
{
    for (; *literal != '\0'; literal++, scanner->at++) {
        if (peek(scanner) != *literal) {
            return fail(scanner, "null, true or false is misspelt");
        }
    }
    return end_value(scanner);
}

/* The cursor stands at the backslash. */
static bool scan_escape(struct scanner *scanner)
{
    scanner->at++;
    switch (peek(scanner)) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        scanner->at++;
        return true;
    case 'u':
        scanner->at++;
        for (int i = 0; i < 4; i++, scanner->at++) {
            if (!is_hex(peek(scanner))) {
                scanner->reason = "\\u needs four hexadecimal digits";
                return false;
            }
        }
        return true;
    default:
        scanner->reason = "there is no such escape";
        return false;
    }
}

/* The cursor stands at the first byte of something that is not ASCII. */
static bool scan_high(struct scanner *scanner)
{
    uint32_t point;
    size_t size = 1;

    if (scanner->check_utf8) {
        size = utf8_decode(
            &point, span_of(scanner->at, (size_t)(scanner->end - scanner->at)));
    }
    if (size == 0) {
        scanner->reason = "this is not UTF-8";
        return false;
    }
    scanner->at += size;
    return true;
}

/* ASCII that stands for itself in a string, DEL included. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* The cursor stands at the opening quote; leaves it behind the closing one. */
static bool scan_string(struct scanner *scanner)
{
    scanner->at++;
    for (;;) {
        const char *at = scanner->at;

        while (at < scanner->end && is_plain((unsigned char)*at)) {
            at++;
        }
        scanner->at = at;
        if (at == scanner->end) {
            scanner->reason = "a string does not end";
            return false;
        }
        if (*at == '"') {
            scanner->at++;
            return true;
        }
        if ((unsigned char)*at < 0x20) {
            scanner->reason = "a control character must be escaped";
            return false;
        }
        if (!(*at == '\\' ? scan_escape(scanner) : scan_high(scanner))) {
            return false;
        }
    }
}

static enum state scan_value(struct scanner *scanner)
{
    int first = peek(scanner);

    begin_value(scanner, (char)first);
    switch (first) {
    case '{':
        return open_nest(scanner, false);
    case '[':
        return open_nest(scanner, true);
    case '"':
        return scan_string(scanner) ? end_value(scanner) : STATE_FAILED;
    case 'n':
        return scan_literal(scanner, "null");
    case 't':
        return scan_literal(scanner, "true");
    case 'f':
        return scan_literal(scanner, "false");
    default:
        if (first == '-' || is_digit(first)) {
            return scan_number(scanner);
        }
        return fail(scanner, "a value is expected");
    }
}

static enum state scan_key(struct scanner *scanner)
{
    if (peek(scanner) != '"') {
        return fail(scanner, "a key in double quotes is expected");
    }
    if (!scan_string(scanner)) {
        return STATE_FAILED;
    }
    skip_space(scanner);
    if (peek(scanner) != ':') {
        return fail(scanner, "a colon is expected");
    }
    scanner->at++;
    return STATE_VALUE;
}

static enum state scan_after(struct scanner *scanner)
{
    int c = peek(scanner);

    if (scanner->depth == 0) {
        return c == -1 ? STATE_DONE
                       : fail(scanner, "nothing may follow the value");
    }
    if (c == ',') {
        scanner->at++;
        return in_array(scanner) ? STATE_VALUE : STATE_KEY;
    }
    if (c == (in_array(scanner) ? ']' : '}')) {
        return close_nest(scanner);
    }
    return fail(scanner, in_array(scanner) ? "a comma or ] is expected"
                                           : "a comma or } is expected");
}

static enum state scan_step(struct scanner *scanner, enum state state)
{
    switch (state) {
    case STATE_VALUE:
        return scan_value(scanner);
    case STATE_ELEMENT:
        return peek(scanner) == ']' ? close_nest(scanner) : scan_value(scanner);
    case STATE_MEMBER:
        return peek(scanner) == '}' ? close_nest(scanner) : scan_key(scanner);
    case STATE_KEY:
        return scan_key(scanner);
    case STATE_AFTER:
        return scan_after(scanner);
    case STATE_DONE:
    case STATE_FAILED:
        break;
    }
    return state;
}

enum sockfeed_result json_scan_plain(struct json_scan_result *result,
                                     struct malformed *malformed,
                                     struct span text, unsigned flags)
{
    struct scanner scanner = {.at = text.data,
                              .begin = text.data,
                              .end = text.data + text.size,
                              .check_utf8 = (flags & JSON_SCAN_UTF8) == 0,
                              .result = result};
    enum state state = STATE_VALUE;

    *result = (struct json_scan_result){0};
    while (state != STATE_DONE && state != STATE_FAILED) {
        skip_space(&scanner);
        state = scan_step(&scanner, state);
    }
    if (state == STATE_FAILED) {
        malformed->offset = (size_t)(scanner.at - scanner.begin);
        malformed->reason = scanner.reason;
        return SOCKFEED_PROTOCOL;
    }
    return SOCKFEED_OK;
}
