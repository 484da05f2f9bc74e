/* SPDX-License-Identifier: MIT */
#include "cli/option_serve.h"

#include "base/num.h"
#include "base/url.h"

enum {
    SPEED_MAX = 1000000
};

enum sockfeed_result option_serve_seed(struct options *options,
                                       const struct option *option,
                                       struct span value,
                                       struct option_error *error)
{
    (void)option;
    if (num_parse_uint(&options->demo.seed, value, UINT64_MAX) != SOCKFEED_OK) {
        return option_error_set(error, "expected a whole number");
    }
    options->demo.seeded = true;
    return SOCKFEED_OK;
}

enum sockfeed_result option_serve_listen(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    size_t colon = value.size;
    struct span address;
    uint64_t port = 0;

    (void)option;
    while (colon > 0 && value.data[colon - 1] != ':') {
        colon--;
    }
    address = span_of(value.data, colon == 0 ? 0 : colon - 1);
    if (address.size > 2 && address.data[0] == '[' &&
        address.data[address.size - 1] == ']') {
        address = span_of(address.data + 1, address.size - 2);
    }
    if (colon == 0 || url_host_kind(address) == URL_HOST_NAME ||
        num_parse_uint(&port, span_skip(value, colon), UINT16_MAX) !=
            SOCKFEED_OK) {
        return option_error_set(
            error, "expected ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:0");
    }
    options->serve.port = (uint16_t)port;
    options->serve.address = options_keep(options, address);
    return options->serve.address == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

enum sockfeed_result option_serve_speed(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    int64_t thousandths;

    (void)option;
    options->serve.max_speed = span_is(value, "max");
    if (options->serve.max_speed) {
        return SOCKFEED_OK;
    }
    /* Seconds and factors are written alike. */
    if (num_parse_seconds(&thousandths, value) != SOCKFEED_OK ||
        thousandths == 0 || thousandths > INT64_C(1000) * SPEED_MAX) {
        return option_error_set(
            error, "expected a factor above 0, up to a million, or max");
    }
    options->serve.speed = thousandths;
    return SOCKFEED_OK;
}
