/* SPDX-License-Identifier: MIT */
#include "codec/ws_extension.h"

#include "base/num.h"
#include "codec/http_header.h"

enum {
    BITS_LEAST = 8,
    BITS_MOST = 15,
};

const char ws_extension_offer[] = "permessage-deflate; client_max_window_bits";

/* The parameters, as bits of what has been seen. */
enum {
    SERVER_RESTARTS = 1,
    CLIENT_RESTARTS = 2,
    SERVER_BITS = 4,
    CLIENT_BITS = 8,
};

static const struct {
    const char *name;
    unsigned bit;
} parameters[] = {
    {"server_no_context_takeover", SERVER_RESTARTS},
    {"client_no_context_takeover", CLIENT_RESTARTS},
    {"server_max_window_bits",     SERVER_BITS    },
    {"client_max_window_bits",     CLIENT_BITS    },
};

/* Takes the part before the next semicolon off the text. */
static struct span take_part(struct span *text)
{
    size_t size = span_find(*text, ';');
    struct span part = span_trim(span_of(text->data, size));

    *text = span_skip(*text, size < text->size ? size + 1 : size);
    return part;
}

/* A token, or one in quotes (RFC 6455, 9.1). */
static struct span unquoted(struct span value)
{
    return value.size >= 2 && value.data[0] == '"' &&
                   value.data[value.size - 1] == '"'
               ? span_of(value.data + 1, value.size - 2)
               : value;
}

static unsigned find(struct span name)
{
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (span_equal_nocase(name, span_text(parameters[i].name))) {
            return parameters[i].bit;
        }
    }
    return 0;
}

static bool read_bits(unsigned *bits, struct span value)
{
    uint64_t number;

    if (num_parse_canonical(&number, unquoted(value), BITS_MOST) !=
            SOCKFEED_OK ||
        number < BITS_LEAST) {
        return false;
    }
    *bits = (unsigned)number;
    return true;
}

/* NULL, or what is wrong with the parameter. */
static const char *take_parameter(struct ws_extension *extension,
                                  unsigned *seen, struct span part)
{
    size_t equals = span_find(part, '=');
    struct span name = span_trim(span_of(part.data, equals));
    bool has_value = equals < part.size;
    struct span value =
        has_value ? span_trim(span_skip(part, equals + 1)) : span_of(NULL, 0);
    unsigned bit = find(name);

    if (bit == 0) {
        return "an unknown parameter of permessage-deflate";
    }
    if ((*seen & bit) != 0) {
        return "a parameter of permessage-deflate given twice";
    }
    *seen |= bit;
    if (bit == SERVER_BITS || bit == CLIENT_BITS) {
        unsigned *bits = bit == SERVER_BITS ? &extension->server_bits
                                            : &extension->client_bits;

        return read_bits(bits, value)
                   ? NULL
                   : "window bits of permessage-deflate not from 8 to 15";
    }
    return has_value ? "a value where permessage-deflate has none" : NULL;
}

enum sockfeed_result ws_extension_parse(struct ws_extension *extension,
                                        struct malformed *malformed,
                                        struct span answer)
{
    const char *wrong = NULL;
    unsigned seen = 0;
    struct span list = answer;
    struct span first;
    struct span other;

    *extension = (struct ws_extension){.server_bits = BITS_MOST,
                                       .client_bits = BITS_MOST};
    if (!http_header_next(&list, &first)) {
        return malformed_set(malformed, 0, "an empty list of extensions");
    }
    if (!span_equal_nocase(take_part(&first),
                           span_text("permessage-deflate")) ||
        http_header_next(&list, &other)) {
        return malformed_set(malformed, 0, "an extension that was not offered");
    }
    while (first.size > 0 && wrong == NULL) {
        wrong = take_parameter(extension, &seen, take_part(&first));
    }
    extension->server_restarts = (seen & SERVER_RESTARTS) != 0;
    extension->client_restarts = (seen & CLIENT_RESTARTS) != 0;
    return wrong == NULL ? SOCKFEED_OK : malformed_set(malformed, 0, wrong);
}
