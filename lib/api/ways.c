/* SPDX-License-Identifier: MIT */
#include "api/ways.h"

#include "api/client_options.h"

#include <stdlib.h>

static int family(const struct sockfeed_options *options)
{
    switch (client_options_number(options, SOCKFEED_OPTION_FAMILY)) {
    case 4:
        return AF_INET;
    case 6:
        return AF_INET6;
    default:
        return 0;
    }
}

/* Whole seconds, rounded up: TCP knows no others. */
static int keepalive(const struct sockfeed_options *options)
{
    return (
        int)((client_options_number(options, SOCKFEED_OPTION_KEEPALIVE) + 999) /
             1000);
}

enum sockfeed_result ways_init(struct ways *ways,
                               const struct sockfeed_options *options)
{
    const struct option_list *pins =
        client_options_list(options, SOCKFEED_OPTION_RESOLVE);
    const struct option_list *detours =
        client_options_list(options, SOCKFEED_OPTION_CONNECT_TO);

    *ways = (struct ways){
        .pins = calloc(pins->count, sizeof *ways->pins),
        .detours = calloc(detours->count, sizeof *ways->detours),
    };
    /* Of nothing calloc may give nothing. */
    if ((pins->count > 0 && ways->pins == NULL) ||
        (detours->count > 0 && ways->detours == NULL)) {
        return SOCKFEED_NOMEM;
    }
    /* The setters have checked both. */
    for (size_t i = 0; i < pins->count; i++) {
        (void)route_pin_parse(&ways->pins[i], span_text(pins->items[i]));
    }
    for (size_t i = 0; i < detours->count; i++) {
        (void)route_detour_parse(&ways->detours[i],
                                 span_text(detours->items[i]));
    }
    ways->route = (struct route){
        .family = family(options),
        .keepalive = keepalive(options),
        .binding =
            {client_options_text(options, SOCKFEED_OPTION_INTERFACE).data},
        .unix_path =
            client_options_text(options, SOCKFEED_OPTION_UNIX_SOCKET).data,
        .pins = ways->pins,
        .pin_count = pins->count,
        .detours = ways->detours,
        .detour_count = detours->count,
    };
    return SOCKFEED_OK;
}

void ways_deinit(struct ways *ways)
{
    free(ways->pins);
    free(ways->detours);
    *ways = (struct ways){.pins = NULL};
}
