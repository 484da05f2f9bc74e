/* SPDX-License-Identifier: MIT */
#include "cli/serve/demo.h"

#include "base/buf.h"
#include "cli/base/diag.h"
#include "cli/serve/market_feed.h"

enum {
    URL_SIZE = 64
};

/* What the user has not chosen. */
static enum sockfeed_result fill_in(struct options *options, uint16_t port)
{
    static const struct given_message subscription = {
        .text = {"SubAdd {\"subs\":[\"5~CCCAGG~BTC~USD\","
                 "\"5~CCCAGG~ETH~USD\"]}", sizeof "SubAdd {\"subs\":[\"5~CCCAGG~BTC~USD\","
                        "\"5~CCCAGG~ETH~USD\"]}" -
                     1},
        .origin = "--subscribe",
    };
    enum sockfeed_result result = SOCKFEED_OK;
    const char *kept;
    struct buf url;

    buf_init(&url, URL_SIZE);
    buf_append_format(&url, "http://127.0.0.1:%u", (unsigned)port);
    kept = options_keep(options, buf_span(&url));
    buf_deinit(&url);
    if (kept == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (options->output.decode == OUTPUT_DECODE_NONE &&
        options->output.form != OUTPUT_FORM_RAW) {
        options->output.decode = OUTPUT_DECODE_CRYPTOCOMPARE;
    }
    if (options->send.subscriptions.count == 0) {
        result =
            options_add_message(&options->send.subscriptions, &subscription);
    }
    /* What is in the program itself is behind no proxy. */
    if (result == SOCKFEED_OK) {
        result = sockfeed_options_set_text(options->connect,
                                           SOCKFEED_OPTION_NO_PROXY, "*");
    }
    return result == SOCKFEED_OK ? options_add_text(&options->urls, kept)
                                 : result;
}

struct run_end demo_run(struct options *options, struct sockfeed_loop *loop)
{
    struct market_feed_options feed_options = {
        .seeded = options->demo.seeded,
        .seed = options->demo.seed,
    };
    struct run_end end = {.status = EXIT_STATUS_UNEXPECTED};
    struct sockfeed_failure failure = {.text = "out of memory"};
    struct market_feed *feed = NULL;
    enum sockfeed_result result =
        market_feed_new(&feed, loop, &feed_options, &failure);

    if (result == SOCKFEED_OK) {
        result = fill_in(options, market_feed_port(feed));
    }
    if (result == SOCKFEED_OK) {
        end = run_stream(options, loop);
    } else {
        diag_line("demo: %s", failure.text);
        end.status = exit_status_of(result);
    }
    market_feed_free(feed);
    return end;
}
