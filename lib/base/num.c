/* SPDX-License-Identifier: MIT */
#include "base/num.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct span text)
{
    size_t count = 0;

    while (count < text.size && is_digit(text.data[count])) {
        count++;
    }
    return count;
}

int num_hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* ---- Integers and what is made of them --------------------------------- */

enum sockfeed_result num_parse_uint(uint64_t *value, struct span text,
                                    uint64_t max)
{
    uint64_t sum = 0;

    if (text.size == 0) {
        return SOCKFEED_INVALID;
    }
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit;

        if (!is_digit(text.data[i])) {
            return SOCKFEED_INVALID;
        }
        digit = (uint64_t)(text.data[i] - '0');
        if (digit > max || sum > (max - digit) / 10) {
            return SOCKFEED_INVALID;
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return SOCKFEED_OK;
}

enum sockfeed_result num_parse_canonical(uint64_t *value, struct span text,
                                         uint64_t max)
{
    if (text.size > 1 && text.data[0] == '0') {
        return SOCKFEED_INVALID;
    }
    return num_parse_uint(value, text, max);
}

/* How far a suffix shifts a size; -1 where it is none. */
static int size_shift(char suffix)
{
    switch (suffix) {
    case 'K':
    case 'k':
        return 10;
    case 'M':
    case 'm':
        return 20;
    case 'G':
    case 'g':
        return 30;
    default:
        return -1;
    }
}

enum sockfeed_result num_parse_size(uint64_t *bytes, struct span text,
                                    uint64_t max)
{
    int shift = text.size == 0 ? -1 : size_shift(text.data[text.size - 1]);
    uint64_t count;

    if (shift < 0) {
        return num_parse_uint(bytes, text, max);
    }
    text.size--;
    if (num_parse_uint(&count, text, max >> shift) != SOCKFEED_OK) {
        return SOCKFEED_INVALID;
    }
    *bytes = count << shift;
    return SOCKFEED_OK;
}

/* The digits after the point as thousandths, rounded up. */
static uint64_t fraction_thousandths(struct span digits)
{
    uint64_t sum = 0;
    bool more = false;

    for (size_t i = 0; i < 3; i++) {
        uint64_t digit = i < digits.size ? (uint64_t)(digits.data[i] - '0') : 0;

        sum = sum * 10 + digit;
    }
    for (size_t i = 3; i < digits.size; i++) {
        more = more || digits.data[i] != '0';
    }
    return more ? sum + 1 : sum;
}

/* `max` is in whole units. */
static enum sockfeed_result parse_thousandths(int64_t *thousandths,
                                              struct span text, uint64_t max)
{
    size_t point = span_find(text, '.');
    struct span fraction = {NULL, 0};
    uint64_t whole = 0;
    uint64_t sum;

    if (point < text.size) {
        fraction = span_skip(text, point + 1);
        if (fraction.size == 0 || count_digits(fraction) != fraction.size) {
            return SOCKFEED_INVALID;
        }
    }
    if (point > 0 || fraction.size == 0) {
        struct span digits = span_of(text.data, point);

        if (num_parse_uint(&whole, digits, max) != SOCKFEED_OK) {
            return SOCKFEED_INVALID;
        }
    }
    sum = whole * 1000 + fraction_thousandths(fraction);
    if (sum > max * 1000) {
        return SOCKFEED_INVALID;
    }
    *thousandths = (int64_t)sum;
    return SOCKFEED_OK;
}

enum sockfeed_result num_parse_seconds(int64_t *milliseconds, struct span text)
{
    return parse_thousandths(milliseconds, text, NUM_SECONDS_MAX);
}

enum sockfeed_result num_parse_permille(int64_t *permille, struct span text)
{
    return parse_thousandths(permille, text, 1);
}

/* ---- Decimal numbers of any length --------------------------------------- */

/*
 * A number taken apart. Its value is 0.DDD times ten to the power of
 * `point` plus the exponent, where DDD are the digits of `whole` and
 * `fraction` in a row from index `first` on, the first that is not zero.
 */
struct decimal {
    bool negative;
    bool zero;
    struct span whole;
    struct span fraction; /* the digits after the point; may be empty */
    bool exponent_negative;
    struct span exponent; /* its digits without sign; may be empty */
    size_t first;
    int64_t point; /* at most the text's size, either way */
};

static char digit_at(const struct decimal *number, size_t index)
{
    if (index < number->whole.size) {
        return number->whole.data[index];
    }
    index -= number->whole.size;
    return index < number->fraction.size ? number->fraction.data[index] : '0';
}

/* Takes digits from the front of `rest`; false where there are none. */
static bool take_digits(struct span *digits, struct span *rest)
{
    *digits = span_of(rest->data, count_digits(*rest));
    *rest = span_skip(*rest, digits->size);
    return digits->size > 0;
}

/* Takes one byte from the front of `rest` if it is one of the two. */
static char take_either(struct span *rest, char a, char b)
{
    char c = rest->size == 0 ? '\0' : rest->data[0];

    if (c == '\0' || (c != a && c != b)) {
        return '\0';
    }
    *rest = span_skip(*rest, 1);
    return c;
}

/* RFC 8259, section 6: minus, int, frac, exp. */
static bool take_apart(struct decimal *number, struct span text)
{
    *number = (struct decimal){.zero = false};
    number->negative = take_either(&text, '-', '-') != '\0';
    if (!take_digits(&number->whole, &text) ||
        (number->whole.size > 1 && number->whole.data[0] == '0')) {
        return false;
    }
    if (take_either(&text, '.', '.') != '\0' &&
        !take_digits(&number->fraction, &text)) {
        return false;
    }
    if (take_either(&text, 'e', 'E') != '\0') {
        number->exponent_negative = take_either(&text, '+', '-') == '-';
        if (!take_digits(&number->exponent, &text)) {
            return false;
        }
    }
    return text.size == 0;
}

static void find_point(struct decimal *number)
{
    size_t size = number->whole.size + number->fraction.size;
    size_t first = 0;

    while (first < size && digit_at(number, first) == '0') {
        first++;
    }
    number->zero = first == size;
    number->first = first;
    number->point = (int64_t)number->whole.size - (int64_t)first;
}

/* The digit of weight ten to the power of `place`, with the exponent's
 * sign. */
static int exponent_digit(const struct decimal *number, size_t place)
{
    int digit;

    if (place >= number->exponent.size) {
        return 0;
    }
    digit = number->exponent.data[number->exponent.size - 1 - place] - '0';
    return number->exponent_negative ? -digit : digit;
}

/*
 * The difference of the exponents, digit by digit from the highest place.
 * Exponents may be longer than any integer. But once the difference so far
 * is larger than any text is long, no later digit can bring it back (ten
 * times 2 less 18 is still above 1), and its sign is all that matters.
 */
static int64_t exponent_difference(const struct decimal *a,
                                   const struct decimal *b)
{
    const int64_t enough = INT64_MAX / 20;
    size_t place = a->exponent.size > b->exponent.size ? a->exponent.size
                                                       : b->exponent.size;
    int64_t difference = 0;

    while (place > 0 && difference < enough && difference > -enough) {
        place--;
        difference = difference * 10 + exponent_digit(a, place) -
                     exponent_digit(b, place);
    }
    return difference;
}

/* Neither is zero; signs are left out. */
static int compare_magnitudes(const struct decimal *a, const struct decimal *b)
{
    int64_t scale = exponent_difference(a, b) + (a->point - b->point);
    size_t size_a = a->whole.size + a->fraction.size - a->first;
    size_t size_b = b->whole.size + b->fraction.size - b->first;
    size_t size = size_a > size_b ? size_a : size_b;

    if (scale != 0) {
        return scale < 0 ? -1 : 1;
    }
    for (size_t i = 0; i < size; i++) {
        char digit_a = digit_at(a, a->first + i);
        char digit_b = digit_at(b, b->first + i);

        if (digit_a != digit_b) {
            return digit_a < digit_b ? -1 : 1;
        }
    }
    return 0;
}

/* -1, 0 or 1; minus zero is zero. */
static int sign_of(const struct decimal *number)
{
    if (number->zero) {
        return 0;
    }
    return number->negative ? -1 : 1;
}

bool num_is_decimal(struct span text)
{
    struct decimal number;

    return take_apart(&number, text);
}

enum sockfeed_result num_compare(int *order, struct span a, struct span b)
{
    struct decimal left;
    struct decimal right;

    if (!take_apart(&left, a) || !take_apart(&right, b)) {
        return SOCKFEED_INVALID;
    }
    find_point(&left);
    find_point(&right);
    if (sign_of(&left) != sign_of(&right)) {
        *order = sign_of(&left) < sign_of(&right) ? -1 : 1;
    } else if (left.zero) {
        *order = 0;
    } else {
        *order = sign_of(&left) * compare_magnitudes(&left, &right);
    }
    return SOCKFEED_OK;
}
