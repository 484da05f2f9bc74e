/* SPDX-License-Identifier: MIT */
#include "net/route.h"

#include "base/num.h"

/* ---- Texts -------------------------------------------------------------- */

static struct span without_brackets(struct span host)
{
    return span_of(host.data + 1, host.size - 2);
}

/* Takes what stands before the next colon; what is in brackets is one thing,
 * given without them. False where there is no colon. */
static bool take_host(struct span *host, struct span *text)
{
    size_t start = span_starts(*text, "[") ? span_find(*text, ']') : 0;
    size_t end = start + span_find(span_skip(*text, start), ':');

    if (end == text->size) {
        return false;
    }
    *host = span_of(text->data, end);
    if (start > 0) {
        if (end != start + 1) {
            return false;
        }
        *host = without_brackets(*host);
    }
    *text = span_skip(*text, end + 1);
    return true;
}

static bool parse_port(uint16_t *port, struct span text)
{
    uint64_t number;

    if (num_parse_uint(&number, text, UINT16_MAX) != SOCKFEED_OK ||
        number == 0) {
        return false;
    }
    *port = (uint16_t)number;
    return true;
}

static bool take_port(uint16_t *port, struct span *text)
{
    size_t end = span_find(*text, ':');
    bool good = end < text->size && parse_port(port, span_of(text->data, end));

    *text = good ? span_skip(*text, end + 1) : *text;
    return good;
}

/* The same, where it may be empty. */
static bool take_port_or_none(uint16_t *port, struct span *text)
{
    if (span_starts(*text, ":")) {
        *text = span_skip(*text, 1);
        return true;
    }
    return take_port(port, text);
}

/* ---- Pins --------------------------------------------------------------- */

static bool add_address(struct route_pin *pin, struct span text)
{
    if (span_starts(text, "[") && text.data[text.size - 1] == ']') {
        text = without_brackets(text);
    }
    return pin->count < ROUTE_PIN_ADDRESSES &&
           address_parse(&pin->addresses[pin->count++], text, pin->port);
}

const char *route_pin_parse(struct route_pin *pin, struct span text)
{
    static const char expected[] = "expected HOST:PORT:ADDRESS[,ADDRESS]...";

    *pin = (struct route_pin){.count = 0};
    if (!take_host(&pin->host, &text) || pin->host.size == 0 ||
        !take_port(&pin->port, &text)) {
        return expected;
    }
    for (;;) {
        size_t end = span_find(text, ',');

        if (pin->count == ROUTE_PIN_ADDRESSES) {
            return "expected at most 16 addresses";
        }
        if (!add_address(pin, span_of(text.data, end))) {
            return "expected numeric addresses behind HOST:PORT:";
        }
        if (end == text.size) {
            return NULL;
        }
        text = span_skip(text, end + 1);
    }
}

const struct route_pin *route_find_pin(const struct route *route,
                                       struct span host, uint16_t port)
{
    for (size_t i = 0; i < route->pin_count; i++) {
        const struct route_pin *pin = &route->pins[i];

        if (pin->port == port &&
            (span_is(pin->host, "*") || span_equal_nocase(pin->host, host))) {
            return pin;
        }
    }
    return NULL;
}

/* ---- Detours ------------------------------------------------------------ */

const char *route_detour_parse(struct route_detour *detour, struct span text)
{
    *detour = (struct route_detour){.from_port = 0};
    if (!take_host(&detour->from_host, &text) ||
        !take_port_or_none(&detour->from_port, &text) ||
        !take_host(&detour->to_host, &text) ||
        (text.size > 0 && !parse_port(&detour->to_port, text))) {
        return "expected HOST1:PORT1:HOST2:PORT2";
    }
    for (size_t i = 0; i < detour->to_host.size; i++) {
        if ((unsigned char)detour->to_host.data[i] <= ' ') {
            return "expected a host without white space";
        }
    }
    return NULL;
}

void route_take_detour(const struct route *route, struct span *host,
                       uint16_t *port)
{
    for (size_t i = 0; i < route->detour_count; i++) {
        const struct route_detour *detour = &route->detours[i];

        if ((detour->from_port == 0 || detour->from_port == *port) &&
            (detour->from_host.size == 0 ||
             span_equal_nocase(detour->from_host, *host))) {
            *host = detour->to_host.size > 0 ? detour->to_host : *host;
            *port = detour->to_port != 0 ? detour->to_port : *port;
            return;
        }
    }
}
