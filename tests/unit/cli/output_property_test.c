/* SPDX-License-Identifier: MIT */
#include "cli/output/output.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/rng.h"
#include "tests/support/messages.h"
#include "tests/support/standard_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

/*
 * Random messages through random options, against a reference that builds
 * each expected line from the parts that the message was built from, and
 * never reads any JSON.
 */

enum {
    ROUNDS = 400,
    MESSAGES = 60,
    ARGS_MAX = 3,
    TEXT_MAX = 1024
};

static const char *const names[] = {"trade", "book", "t"};
static const char *const symbols[] = {"BTC", "ETH", "a\\tb\\u20ac", ""};
static const char *const symbol_texts[] = {"BTC", "ETH", "a\tb\u20ac", ""};
static const char *const symbol_columns[] = {"BTC", "ETH", "a\\tb\u20ac", ""};

enum part_kind {
    PART_OBJECT, /* {"s":SYMBOL,"p":PRICE} */
    PART_STRING, /* a symbol */
    PART_NUMBER,
    PART_COUNT
};

/* An argument of an event, or a plain JSON text. */
struct part {
    enum part_kind kind;
    unsigned symbol;
    unsigned cents;
};

/* What a message is made of. */
struct model {
    enum sockfeed_message_type type;
    unsigned name;
    struct part parts[ARGS_MAX];
    unsigned count;  /* of parts */
    bool is_json;    /* TEXT */
    struct buf raw;  /* as it travels, with line ends between tokens */
    struct buf json; /* as -o json prints it */
};

static void append_part(struct buf *to, const struct part *part,
                        const char *gap)
{
    switch (part->kind) {
    case PART_OBJECT:
        buf_append_format(to, "{\"s\":\"%s\",%s\"p\":%u.%02u}",
                          symbols[part->symbol], gap, part->cents / 100,
                          part->cents % 100);
        break;
    case PART_STRING:
        buf_append_format(to, "\"%s\"", symbols[part->symbol]);
        break;
    case PART_NUMBER:
        buf_append_format(to, "%u.%02u", part->cents / 100, part->cents % 100);
        break;
    case PART_COUNT:
        break;
    }
}

static void append_event(struct buf *to, const struct model *model,
                         const char *gap)
{
    buf_append_format(to, "[%s\"%s\"", gap, names[model->name]);
    for (unsigned i = 0; i < model->count; i++) {
        buf_append_format(to, ",%s", gap);
        append_part(to, &model->parts[i], gap);
    }
    buf_append_format(to, "%s]", gap);
}

static void make_event(struct model *model, struct rng *rng, const char *gap)
{
    model->type = SOCKFEED_MESSAGE_EVENT;
    model->name = rng_below(rng, 3);
    model->count = rng_below(rng, ARGS_MAX + 1);
    buf_append_text(&model->raw, "42");
    append_event(&model->raw, model, gap);
    append_event(&model->json, model, "");
}

static void make_text(struct model *model, struct rng *rng, const char *gap)
{
    model->type = SOCKFEED_MESSAGE_TEXT;
    model->is_json = rng_below(rng, 3) > 0;
    model->count = 1;
    if (model->is_json) {
        append_part(&model->raw, &model->parts[0], gap);
        append_part(&model->json, &model->parts[0], "");
    } else {
        buf_append_text(&model->raw, "BTC no \"JSON\"");
        buf_append_text(&model->json, "\"BTC no \\\"JSON\\\"\"");
    }
}

static void make_binary(struct model *model, struct rng *rng)
{
    model->type = SOCKFEED_MESSAGE_BINARY;
    buf_append_byte(&model->raw, '\xff');
    for (uint32_t left = rng_below(rng, 6); left > 0; left--) {
        buf_append_byte(&model->raw, (char)rng_below(rng, 256));
    }
    buf_append_text(&model->json, "{\"$base64\":\"");
    base64_append(&model->json, buf_span(&model->raw));
    buf_append_text(&model->json, "\"}");
}

static void make_model(struct model *model, struct rng *rng, bool events)
{
    const char *gap = rng_below(rng, 4) == 0 ? "\n" : "";

    buf_init(&model->raw, TEXT_MAX);
    buf_init(&model->json, TEXT_MAX);
    for (unsigned i = 0; i < ARGS_MAX; i++) {
        model->parts[i].kind = (enum part_kind)rng_below(rng, PART_COUNT);
        model->parts[i].symbol = rng_below(rng, 4);
        model->parts[i].cents = rng_below(rng, 1000);
    }
    if (events) {
        make_event(model, rng, gap);
    } else if (rng_below(rng, 4) > 0) {
        make_text(model, rng, gap);
    } else {
        make_binary(model, rng);
    }
}

/* ---- The reference ------------------------------------------------------ */

/* The one object that pointers like /p find something in, or NULL. */
static const struct part *object_of(const struct model *model)
{
    bool is_json = model->type == SOCKFEED_MESSAGE_EVENT ||
                   (model->type == SOCKFEED_MESSAGE_TEXT && model->is_json);

    return is_json && model->count == 1 && model->parts[0].kind == PART_OBJECT
               ? &model->parts[0]
               : NULL;
}

static bool holds(const struct buf *text, const char *needle)
{
    size_t size = strlen(needle);

    for (size_t i = 0; i + size <= text->size; i++) {
        if (memcmp(text->data + i, needle, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The options of a round, in the words of the reference. */
struct choice {
    struct output_options options;
    bool only_trades; /* -E trade */
    bool btc;         /* --match BTC */
    bool no_eth;      /* --reject ETH */
    bool above;       /* --where '/p >= 5.00' */
};

static bool passes(const struct choice *choice, const struct model *model)
{
    bool received = model->type == SOCKFEED_MESSAGE_TEXT;
    const struct buf *seen = received ? &model->raw : &model->json;
    const struct part *object = object_of(model);

    return (!choice->only_trades || model->name == 0) &&
           (!choice->btc || holds(seen, "BTC")) &&
           (!choice->no_eth || !holds(seen, "ETH")) &&
           (!choice->above || (object != NULL && object->cents >= 500));
}

static void expect_data(struct buf *to, const struct model *model)
{
    if (model->type != SOCKFEED_MESSAGE_EVENT) {
        buf_append_span(to, buf_span(&model->json));
        return;
    }
    if (model->count == 0) {
        buf_append_text(to, "null");
        return;
    }
    buf_append_text(to, model->count > 1 ? "[" : "");
    for (unsigned i = 0; i < model->count; i++) {
        buf_append_text(to, i > 0 ? "," : "");
        append_part(to, &model->parts[i], "");
    }
    buf_append_text(to, model->count > 1 ? "]" : "");
}

static void expect_text(struct buf *to, const struct model *model)
{
    switch (model->type) {
    case SOCKFEED_MESSAGE_EVENT:
        if (model->count == 1 && model->parts[0].kind == PART_STRING) {
            buf_append_text(to, symbol_texts[model->parts[0].symbol]);
        } else {
            expect_data(to, model);
        }
        break;
    case SOCKFEED_MESSAGE_TEXT:
        buf_append_span(to, buf_span(&model->raw));
        break;
    case SOCKFEED_MESSAGE_BINARY:
        base64_append(to, buf_span(&model->raw));
        break;
    }
}

static void expect_columns(struct buf *to, const struct model *model)
{
    const struct part *object = object_of(model);

    if (object == NULL) {
        buf_append_text(to, "\t");
    } else {
        buf_append_format(to, "%u.%02u\t%s", object->cents / 100,
                          object->cents % 100, symbol_columns[object->symbol]);
    }
}

static void expect(struct buf *to, const struct choice *choice,
                   const struct model *model)
{
    if (choice->options.select != NULL) {
        expect_columns(to, model);
    } else if (choice->options.format != NULL) {
        buf_append_byte(to, '<');
        expect_data(to, model);
        buf_append_byte(to, '>');
        expect_text(to, model);
    } else {
        switch (choice->options.form) {
        case OUTPUT_FORM_DATA:
            expect_data(to, model);
            break;
        case OUTPUT_FORM_TEXT:
        case OUTPUT_FORM_RAW:
            expect_text(to, model);
            break;
        case OUTPUT_FORM_JSON:
        case OUTPUT_FORM_DEFAULT:
        case OUTPUT_FORM_ENVELOPE:
            buf_append_span(to, buf_span(&model->json));
            break;
        }
    }
    if (choice->options.null) {
        buf_append_byte(to, '\0');
    } else if (choice->options.format == NULL) {
        buf_append_byte(to, '\n');
    }
}

/* ---- Rounds ------------------------------------------------------------- */

static struct choice make_choice(struct rng *rng, bool events)
{
    static const char *trade[] = {"trade"};
    static const char *btc[] = {"BTC"};
    static const char *eth[] = {"ETH"};
    static const char *above[] = {"/p >= 5.00"};
    static const enum output_form forms[] = {OUTPUT_FORM_JSON, OUTPUT_FORM_DATA,
                                             OUTPUT_FORM_TEXT, OUTPUT_FORM_RAW};
    struct choice choice = {.only_trades = events && rng_below(rng, 3) == 0,
                            .btc = rng_below(rng, 4) == 0,
                            .no_eth = rng_below(rng, 4) == 0,
                            .above = rng_below(rng, 4) == 0};
    struct output_options *options = &choice.options;

    options->events = (struct output_texts){trade, choice.only_trades};
    options->match = (struct output_texts){btc, choice.btc};
    options->reject = (struct output_texts){eth, choice.no_eth};
    options->where = (struct output_texts){above, choice.above};
    options->null = rng_below(rng, 4) == 0;
    options->count = rng_below(rng, 3) == 0 ? 1 + rng_below(rng, 20) : 0;
    options->on_full =
        rng_below(rng, 2) == 0 ? OUTPUT_ON_FULL_BLOCK : OUTPUT_ON_FULL_DROP;
    switch (rng_below(rng, 4)) {
    case 0:
        options->select = "/p,/s";
        break;
    case 1:
        options->format = "<%d>%t";
        break;
    default:
        options->form = forms[rng_below(rng, events ? 3 : 4)];
        break;
    }
    return choice;
}

static struct sockfeed_event event_of(const struct model *model)
{
    switch (model->type) {
    case SOCKFEED_MESSAGE_EVENT:
        return messages_event(model->raw.data, model->raw.size);
    case SOCKFEED_MESSAGE_BINARY:
        return messages_binary(model->raw.data, model->raw.size);
    case SOCKFEED_MESSAGE_TEXT:
        break;
    }
    return messages_text(model->raw.data, model->raw.size);
}

enum {
    TOGETHER = 5
};

/* Texts or events that are given at once, each with a frame of its own. */
struct batch {
    struct sockfeed_text frames[TOGETHER];
    struct sockfeed_message events[TOGETHER];
    bool events_wanted;
    size_t count;
};

static void give_batch(struct output *output, struct batch *batch)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_TEXTS,
                                   .connection = 1};

    if (batch->events_wanted) {
        event.type = SOCKFEED_EVENT_MESSAGES;
        event.u.messages.at = batch->events;
        event.u.messages.count = batch->count;
    } else {
        event.u.texts.at = batch->frames;
        event.u.texts.count = batch->count;
    }
    if (batch->count > 0) {
        (void)output_event(output, 0, &event);
    }
    for (size_t i = 0; i < batch->count; i++) {
        free((void *)(uintptr_t)batch->frames[i].data);
    }
    batch->count = 0;
}

static void keep(struct batch *batch, const struct model *model)
{
    struct sockfeed_text *frame = &batch->frames[batch->count];
    char *copy = malloc(model->raw.size + SOCKFEED_PADDING);

    assert_non_null(copy);
    memcpy(copy, model->raw.data, model->raw.size);
    memset(copy + model->raw.size, '"', SOCKFEED_PADDING);
    frame->data = copy;
    frame->size = model->raw.size;
    if (batch->events_wanted) {
        batch->events[batch->count] =
            messages_event(frame->data, frame->size).u.message;
    }
    batch->count++;
}

/* Gives a message by itself, or keeps it for later. */
static void give(struct output *output, struct batch *batch,
                 const struct model *model, bool together)
{
    struct sockfeed_event event = event_of(model);

    if (!together || model->type == SOCKFEED_MESSAGE_BINARY) {
        give_batch(output, batch);
        (void)output_event(output, 0, &event);
        return;
    }
    keep(batch, model);
    if (batch->count == TOGETHER) {
        give_batch(output, batch);
    }
}

/* Feeds random messages; what is to be printed goes to `expected`. */
static void feed(struct output *output, struct rng *rng,
                 const struct choice *choice, bool events, struct buf *expected)
{
    bool together = rng_below(rng, 2) == 0;
    struct batch batch = {.events_wanted = events};
    uint64_t printed = 0;

    for (int i = 0; i < MESSAGES; i++) {
        struct model model = {0};

        make_model(&model, rng, events);
        give(output, &batch, &model, together);
        if (passes(choice, &model) &&
            (choice->options.count == 0 || printed < choice->options.count)) {
            expect(expected, choice, &model);
            printed++;
        }
        if (rng_below(rng, 5) == 0) {
            give_batch(output, &batch);
            (void)output_drained(output);
        }
        buf_deinit(&model.raw);
        buf_deinit(&model.json);
    }
    give_batch(output, &batch);
}

static void round_of(struct rng *rng, bool events)
{
    static const struct output_callbacks callbacks = {0};
    struct choice choice = make_choice(rng, events);
    struct standard_output caught;
    struct output_error error = {""};
    struct sockfeed_loop *loop;
    struct output *output = NULL;
    struct buf expected;
    struct buf printed;
    unsigned source;
    bool made;

    buf_init(&expected, 1000000);
    buf_init(&printed, 1000000);
    assert_int_equal(sockfeed_loop_new(&loop, 1), SOCKFEED_OK);
    standard_output_catch(&caught);
    made =
        output_new(&output, loop, &choice.options, &callbacks, &error) ==
            SOCKFEED_OK &&
        output_add_source(output, &source, "ws://h",
                          events ? SOCKFEED_PROTOCOL_SIO : SOCKFEED_PROTOCOL_WS,
                          0, &error) == SOCKFEED_OK;
    if (made) {
        feed(output, rng, &choice, events, &expected);
        made = output_finish(output, 1000, -1) == OUTPUT_GO_ON;
    }
    output_free(output);
    standard_output_release(&caught, &printed);
    sockfeed_loop_free(loop);
    assert_string_equal(error.text, "");
    assert_true(made);
    assert_int_equal(printed.size, expected.size);
    assert_memory_equal(buf_text(&printed), buf_text(&expected), expected.size);
    buf_deinit(&expected);
    buf_deinit(&printed);
}

static void events_are_printed_as_the_reference_prints_them(void **state)
{
    struct rng rng;

    (void)state;
    rng_init_seed(&rng, 11);
    for (int i = 0; i < ROUNDS; i++) {
        round_of(&rng, true);
    }
}

static void plain_messages_are_printed_as_the_reference_prints_them(
    void **state)
{
    struct rng rng;

    (void)state;
    rng_init_seed(&rng, 12);
    for (int i = 0; i < ROUNDS; i++) {
        round_of(&rng, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_printed_as_the_reference_prints_them),
        cmocka_unit_test(
            plain_messages_are_printed_as_the_reference_prints_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
