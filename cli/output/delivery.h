/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_DELIVERY_H
#define CLI_OUTPUT_DELIVERY_H

#include "base/buf.h"
#include "cli/choose/latest.h"
#include "cli/output/copy.h"
#include "cli/output/output.h"
#include "cli/output/printer.h"
#include "cli/output/writer.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/*
 * The last stretch: chosen messages become delivery, which wait where --latest
 * says so, are counted for -n, and go to the writer.
 */
struct delivery {
    const struct output_options *options;
    const struct output_callbacks *callbacks;
    struct printer printer;
    struct writer writer;
    bool header_done;
    uint64_t formed;  /* messages made into delivery, also those held back */
    uint64_t printed; /* of them given to the writer */

    struct latest *latest; /* NULL: nothing is held back */
    struct sockfeed_timer *every;
    struct buf held; /* a line on its way to `latest` */

    struct copy copy; /* of --write, where it is asked for */

    enum output_verdict end; /* DONE, GONE or FAILED, once it has come */
    bool settled;            /* it is not for the writer to say any more */
    bool out_of_memory;
};

/* `options` and `callbacks` must live as long, `delivery` stays at its address.
 * INVALID, SYSTEM with `error` set, NOMEM; delivery_deinit fits all. */
enum sockfeed_result delivery_init(struct delivery *delivery,
                                   struct sockfeed_loop *loop,
                                   const struct output_options *options,
                                   const struct output_callbacks *callbacks,
                                   struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void delivery_deinit(struct delivery *delivery);

/* What has come of it so far: of the verdicts all but TOO_LARGE. */
enum output_verdict delivery_verdict(struct delivery *delivery);

/* Ends it all with FAILED. */
enum output_verdict delivery_fail_of_memory(struct delivery *delivery);

/* Each of these prints one thing, and answers with the verdict. To be called
 * while that is GO_ON or FULL. */

/* A message whose line is these bytes. */
enum output_verdict delivery_copy(struct delivery *delivery, const char *data,
                                  size_t size);

/* Where a message's line can be appended, and what is due when it was. */
struct buf *delivery_line(struct delivery *delivery);
enum output_verdict delivery_line_appended(struct delivery *delivery);

/* delivery_copy for several lines. */
enum output_verdict delivery_copies(struct delivery *delivery,
                                    const struct sockfeed_text *texts,
                                    size_t count);

/* A message. After the `last` one comes nothing more (--until); what was held
 * back comes before it. */
enum output_verdict delivery_message(struct delivery *delivery,
                                     struct subject *subject, bool last);
enum output_verdict delivery_frame(struct delivery *delivery,
                                   enum sockfeed_frame_type type,
                                   struct span data, bool last);

/* A line that is no message. */
enum output_verdict delivery_other(struct delivery *delivery, struct span line);

/* The read is over: writes. */
enum output_verdict delivery_drained(struct delivery *delivery);

/* The sentence of FAILED, and what kind of failure it is. */
const char *delivery_failure(const struct delivery *delivery);
enum sockfeed_result delivery_failure_result(const struct delivery *delivery);

/* As output_goes_to. */
bool delivery_goes_to(const struct delivery *delivery, int descriptor);

/* As output_finish. */
enum output_verdict delivery_finish(struct delivery *delivery, int64_t timeout,
                                    int wake);

#endif
