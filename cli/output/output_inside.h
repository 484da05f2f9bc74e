/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_OUTPUT_INSIDE_H
#define CLI_OUTPUT_OUTPUT_INSIDE_H

#include "cli/choose/filter.h"
#include "cli/choose/inspection.h"
#include "cli/choose/latency.h"
#include "cli/output/delivery.h"
#include "cli/output/output.h"
#include "cli/shape/rewrite.h"
#include "cli/shape/source.h"
#include "cli/shape/subject.h"

/* What output.c and output_event.c share. */

struct output {
    struct output_options options;
    struct output_callbacks callbacks;
    struct rewrite rewrite;
    struct filter filter;
    struct delivery delivery;
    struct subject subject; /* the message at hand */

    struct source **sources; /* each at an address of its own */
    unsigned source_count;

    struct inspection inspection;
    struct latency *latency; /* owned; NULL: not asked for */

    /* Nothing looks into messages: where the form is what came, the bytes are
     * copied and that is all. */
    bool verbatim;
    bool copies;    /* lines are nothing but what the form says */
    bool listening; /* somebody wants to hear what comes */
    uint64_t received;
    uint64_t received_bytes;
};

#endif
