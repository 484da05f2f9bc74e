/* SPDX-License-Identifier: MIT */
#include "api/preparation.h"

#include "api/client_options.h"

static struct span header_name(const char *line)
{
    struct span text = span_text(line);

    return span_of(text.data, span_find(text, ':'));
}

static bool has_same_name(const char *line, const char *fresh)
{
    return span_equal_nocase(header_name(line), header_name(fresh));
}

static enum sockfeed_result add_headers(struct sockfeed_options *options,
                                        const struct option_list *fresh)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; i < fresh->count; i++) {
        client_options_remove(options, SOCKFEED_OPTION_HEADER, has_same_name,
                              fresh->items[i]);
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < fresh->count; i++) {
        result = sockfeed_options_set_text(options, SOCKFEED_OPTION_HEADER,
                                           fresh->items[i]);
    }
    return result;
}

enum sockfeed_result preparation_make(struct preparation *preparation,
                                      const struct sockfeed_options *options,
                                      const struct sockfeed_options *fresh)
{
    struct span auth = client_options_text(fresh, SOCKFEED_OPTION_AUTH);
    enum sockfeed_result result = SOCKFEED_OK;

    preparation->options = sockfeed_options_copy(options);
    if (preparation->options == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (auth.size > 0) {
        result = sockfeed_options_set_text(preparation->options,
                                           SOCKFEED_OPTION_AUTH, auth.data);
    }
    if (result == SOCKFEED_OK) {
        result =
            add_headers(preparation->options,
                        client_options_list(fresh, SOCKFEED_OPTION_HEADER));
    }
    return result == SOCKFEED_OK
               ? endpoint_init(&preparation->endpoint, preparation->options)
               : result;
}

void preparation_deinit(struct preparation *preparation)
{
    endpoint_deinit(&preparation->endpoint);
    sockfeed_options_free(preparation->options);
    preparation->options = NULL;
}
