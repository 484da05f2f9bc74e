/* SPDX-License-Identifier: MIT */
#include "cli/options/option_serve.h"

#include "base/num.h"
#include "base/url.h"
#include "cli/options/option_client.h"

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

/* The address before the last colon, without its brackets, and the port
 * behind it. An address that is not there is empty. */
static bool split_listen(struct span *address, uint16_t *port,
                         struct span value)
{
    size_t colon = value.size;
    uint64_t number;

    while (colon > 0 && value.data[colon - 1] != ':') {
        colon--;
    }
    *address = span_of(value.data, colon == 0 ? 0 : colon - 1);
    if (num_parse_uint(&number, span_skip(value, colon), UINT16_MAX) !=
        SOCKFEED_OK) {
        return false;
    }
    if (address->size > 2 && address->data[0] == '[' &&
        address->data[address->size - 1] == ']') {
        *address = span_of(address->data + 1, address->size - 2);
    }
    *port = (uint16_t)number;
    return address->size == 0 || url_host_kind(*address) != URL_HOST_NAME;
}

enum sockfeed_result option_serve_metrics(struct options *options,
                                          const struct option *option,
                                          struct span value,
                                          struct option_error *error)
{
    struct listen_options listen = {.given = true};
    struct span address;

    if (!split_listen(&address, &listen.port, value)) {
        return option_error_set(error, "expected a port, or ADDRESS:PORT, such "
                                       "as 9100 or [::1]:9100");
    }
    if (address.size > 0) {
        listen.address = options_keep(options, address);
        if (listen.address == NULL) {
            return SOCKFEED_NOMEM;
        }
    }
    *(struct listen_options *)option_field(options, option) = listen;
    return SOCKFEED_OK;
}

enum sockfeed_result option_serve_listen(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    struct span address;
    uint16_t port;

    (void)option;
    if (!split_listen(&address, &port, value) || address.size == 0) {
        return option_error_set(
            error, "expected ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:0");
    }
    options->serve.port = port;
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

enum sockfeed_result option_serve_identity(struct options *options,
                                           const struct option *option,
                                           struct span value,
                                           struct option_error *error)
{
    const char **kept = option_field(options, option);

    /* A copy: secrets do not stay among the arguments. */
    *kept = options_keep(options, value);
    return *kept == NULL ? SOCKFEED_NOMEM
                         : option_client_text(options, option, value, error);
}

enum sockfeed_result option_serve_check(const struct options *options,
                                        struct option_error *error)
{
    if (options->serve.capture == NULL) {
        return option_error_set(
            error, "serve: expected a CAPTURE; sockfeed --help says more");
    }
    if (options->serve.key != NULL && options->serve.certificate == NULL) {
        return option_error_set(error, "option --key: needs --cert");
    }
    if (options->serve.password != NULL && options->serve.certificate == NULL) {
        return option_error_set(error, "option --pass: needs --cert");
    }
    if (options->serve.loop && options->serve.once && !options->serve.strict) {
        return option_error_set(error, "options --loop and --once: with a loop "
                                       "no client ever has everything");
    }
    if (options->serve.live && options->serve.strict) {
        return option_error_set(error, "options --live and --strict: a clock "
                                       "that all share waits for none");
    }
    return SOCKFEED_OK;
}
