/* SPDX-License-Identifier: MIT */
#include "codec/http_header.h"

/* RFC 9110, 5.6.2: tchar. */
static bool is_token_byte(char byte)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') ||
           memchr(marks, byte, sizeof marks - 1) != NULL;
}

enum sockfeed_result http_header_check_token(struct span token,
                                             struct malformed *malformed)
{
    if (token.size == 0) {
        return malformed_set(malformed, 0, "an empty name");
    }
    for (size_t i = 0; i < token.size; i++) {
        if (!is_token_byte(token.data[i])) {
            return malformed_set(malformed, i,
                                 "a character that no name may hold");
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result http_header_check_value(struct span value,
                                             struct malformed *malformed)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.data[i];

        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return malformed_set(malformed, i,
                                 "a control character in a header");
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result http_header_parse(struct http_header *header,
                                       struct malformed *malformed,
                                       struct span line)
{
    size_t colon = span_find(line, ':');
    enum sockfeed_result result;

    if (colon == line.size) {
        return malformed_set(malformed, colon, "a header without a colon");
    }
    header->name = span_of(line.data, colon);
    result = http_header_check_token(header->name, malformed);
    if (result != SOCKFEED_OK) {
        return result;
    }
    header->value = span_skip(line, colon + 1);
    result = http_header_check_value(header->value, malformed);
    if (result != SOCKFEED_OK) {
        malformed->offset += colon + 1;
    }
    header->value = span_trim(header->value);
    return result;
}

enum sockfeed_result http_header_check(struct span line,
                                       struct malformed *malformed)
{
    struct http_header header;

    return http_header_parse(&header, malformed, line);
}

bool http_header_is(const struct http_header *header, const char *name)
{
    return span_equal_nocase(header->name, span_text(name));
}

bool http_header_next(struct span *list, struct span *element)
{
    while (list->size > 0) {
        size_t comma = span_find(*list, ',');

        *element = span_trim(span_of(list->data, comma));
        *list = span_skip(*list, comma < list->size ? comma + 1 : comma);
        if (element->size > 0) {
            return true;
        }
    }
    return false;
}

bool http_header_has(const struct http_header *header, const char *token)
{
    struct span list = header->value;
    struct span element;

    while (http_header_next(&list, &element)) {
        if (span_equal_nocase(element, span_text(token))) {
            return true;
        }
    }
    return false;
}
