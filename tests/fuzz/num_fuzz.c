/* SPDX-License-Identifier: MIT */
#include "base/num.h"

#include <assert.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * The input is two texts with a space between them. They are compared a
 * second time in the plainest way there is: written out in full, digit under
 * digit, as far as exponents let them.
 */
enum {
    LIMIT_TEXT = 250,
    LIMIT_EXPONENT = 250,
    POINT = 512, /* digits before the point in the form written out */
    WIDTH = 1024
};

static bool is_number(const char *text)
{
    static regex_t pattern;
    static bool compiled;

    if (!compiled) {
        compiled = regcomp(&pattern,
                           "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$",
                           REG_EXTENDED | REG_NOSUB) == 0;
    }
    assert(compiled);
    return regexec(&pattern, text, 0, NULL, 0) == 0;
}

/* Writes a number out; false where its exponent is too large for that. */
static bool write_out(char digits[WIDTH], const char *text)
{
    const char *mark = strpbrk(text, "eE");
    int exponent = 0;
    int place;

    if (mark != NULL) {
        bool negative = mark[1] == '-';

        mark += mark[1] == '-' || mark[1] == '+' ? 2 : 1;
        for (; *mark != '\0' && exponent <= LIMIT_EXPONENT; mark++) {
            exponent = exponent * 10 + (*mark - '0');
        }
        if (exponent > LIMIT_EXPONENT) {
            return false;
        }
        exponent = negative ? -exponent : exponent;
    }
    text += text[0] == '-' ? 1 : 0;
    place = POINT - exponent - (int)strcspn(text, ".eE");
    memset(digits, '0', WIDTH);
    for (; *text != '\0' && *text != 'e' && *text != 'E'; text++) {
        if (*text != '.') {
            digits[place] = *text;
            place++;
        }
    }
    return true;
}

static int compare_written_out(const char *a, const char digits_a[WIDTH],
                               const char *b, const char digits_b[WIDTH])
{
    static const char zero[] = "0";
    bool minus_a = a[0] == '-' && strspn(digits_a, zero) < WIDTH;
    bool minus_b = b[0] == '-' && strspn(digits_b, zero) < WIDTH;
    int order = memcmp(digits_a, digits_b, WIDTH);

    if (minus_a != minus_b) {
        return minus_a ? -1 : 1;
    }
    order = order < 0 ? -1 : order > 0;
    return minus_a ? -order : order;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char digits_a[WIDTH + 1];
    static char digits_b[WIDTH + 1];
    char texts[LIMIT_TEXT + 1] = {0};
    char *b;
    struct span span_a;
    struct span span_b;
    int order = 9;
    int reverse = 9;
    bool numbers;

    if (size > LIMIT_TEXT || memchr(data, '\0', size) != NULL ||
        memchr(data, ' ', size) == NULL) {
        return 0;
    }
    memcpy(texts, data, size);
    b = strchr(texts, ' ');
    *b = '\0';
    b++;
    numbers = is_number(texts) && is_number(b);
    /* The spans view the input, whose ends the sanitizer guards. */
    span_a = span_of((const char *)data, strlen(texts));
    span_b = span_of((const char *)data + span_a.size + 1, strlen(b));
    assert(num_is_decimal(span_a) == is_number(texts));
    assert((num_compare(&order, span_a, span_b) == SOCKFEED_OK) == numbers);
    assert((num_compare(&reverse, span_b, span_a) == SOCKFEED_OK) == numbers);
    if (!numbers) {
        return 0;
    }
    assert(order == -reverse);
    if (write_out(digits_a, texts) && write_out(digits_b, b)) {
        assert(order == compare_written_out(texts, digits_a, b, digits_b));
    }
    return 0;
}
