/* SPDX-License-Identifier: MIT */
#include "net/no_proxy.h"

#include "base/num.h"
#include "base/url.h"

/* A host, once understood. */
struct subject {
    enum url_host kind;
    unsigned char bytes[16];
    struct span name; /* without a final dot */
};

static bool is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/* Takes the next item off the list; false at its end. */
static bool take_item(struct span *item, struct span *list)
{
    size_t start = 0;
    size_t end;

    while (start < list->size && is_separator(list->data[start])) {
        start++;
    }
    end = start;
    while (end < list->size && !is_separator(list->data[end])) {
        end++;
    }
    *item = span_skip(span_of(list->data, end), start);
    *list = span_skip(*list, end);
    return item->size > 0;
}

static struct span without_final_dot(struct span name)
{
    if (name.size > 0 && name.data[name.size - 1] == '.') {
        name.size--;
    }
    return name;
}

static struct span without_brackets(struct span host)
{
    if (host.size >= 2 && host.data[0] == '[' &&
        host.data[host.size - 1] == ']') {
        host = span_of(host.data + 1, host.size - 2);
    }
    return host;
}

static bool has_name(struct span item, struct span name)
{
    size_t more;

    item = without_final_dot(item);
    if (span_starts(item, ".")) {
        item = span_skip(item, 1);
    }
    if (item.size == 0 || item.size > name.size) {
        return false;
    }
    more = name.size - item.size;
    return span_equal_nocase(span_skip(name, more), item) &&
           (more == 0 || name.data[more - 1] == '.');
}

static bool same_bits(const unsigned char *a, const unsigned char *b,
                      size_t bits)
{
    size_t whole = bits / 8;
    unsigned mask = 0xff00U >> bits % 8 & 0xff;

    return memcmp(a, b, whole) == 0 &&
           (bits % 8 == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

static bool has_address(struct span item, const struct subject *subject)
{
    size_t slash = span_find(item, '/');
    uint64_t most = subject->kind == URL_HOST_IPV4 ? 32 : 128;
    uint64_t bits = most;
    unsigned char bytes[16];

    if (slash < item.size && num_parse_uint(&bits, span_skip(item, slash + 1),
                                            most) != SOCKFEED_OK) {
        return false;
    }
    item = without_brackets(span_of(item.data, slash));
    return url_host_address(bytes, item) == subject->kind &&
           same_bits(bytes, subject->bytes, (size_t)bits);
}

bool no_proxy_has(struct span list, struct span host)
{
    struct subject subject = {.name = without_final_dot(host)};
    struct span item;

    subject.kind = url_host_address(subject.bytes, host);
    if (span_is(span_trim(list), "*")) {
        return true;
    }
    while (take_item(&item, &list)) {
        if (subject.kind == URL_HOST_NAME ? has_name(item, subject.name)
                                          : has_address(item, &subject)) {
            return true;
        }
    }
    return false;
}
