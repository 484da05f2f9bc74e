/* SPDX-License-Identifier: MIT */
#include "cli/output/output.h"

#include "base/buf.h"
#include "tests/support/messages.h"
#include "tests/support/standard_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum {
    TURNS = 200000
};

/* An output with one source, whose standard output is caught. */
struct scene {
    struct standard_output caught;
    struct sockfeed_loop *loop;
    struct output *output;
    struct output_callbacks callbacks;
    unsigned source;
    struct buf printed;
    struct buf warnings; /* a line each */
    enum output_verdict ended;
};

static void on_warning(void *user, const char *text)
{
    struct scene *scene = user;

    buf_append_text(&scene->warnings, text);
    buf_append_byte(&scene->warnings, '\n');
}

static void on_ended(void *user, enum output_verdict verdict)
{
    ((struct scene *)user)->ended = verdict;
}

static void begin(struct scene *scene, enum sockfeed_protocol protocol,
                  const struct output_options *options)
{
    struct output_error error = {""};

    *scene = (struct scene){0};
    buf_init(&scene->printed, 10000000);
    buf_init(&scene->warnings, 10000);
    scene->callbacks = (struct output_callbacks){
        .warning = on_warning, .ended = on_ended, .user = scene};
    assert_int_equal(sockfeed_loop_new(&scene->loop, 1), SOCKFEED_OK);
    standard_output_catch(&scene->caught);
    if (output_new(&scene->output, scene->loop, options, &scene->callbacks,
                   &error) != SOCKFEED_OK ||
        output_add_source(scene->output, &scene->source, "wss://h", protocol, 0,
                          &error) != SOCKFEED_OK) {
        standard_output_release(&scene->caught, &scene->printed);
        fail_msg("%s", error.text);
    }
}

static enum output_verdict give(struct scene *scene,
                                struct sockfeed_event event)
{
    return output_event(scene->output, scene->source, &event);
}

static enum output_verdict give_event(struct scene *scene, const char *packet)
{
    return give(scene, messages_event(packet, strlen(packet)));
}

static enum output_verdict give_text(struct scene *scene, const char *text)
{
    return give(scene, messages_text(text, strlen(text)));
}

/* Ends it all; the lines and the warnings must be these. */
static void end(struct scene *scene, const char *printed, const char *warnings)
{
    enum output_verdict verdict = output_finish(scene->output, 1000, -1);

    output_free(scene->output);
    standard_output_release(&scene->caught, &scene->printed);
    sockfeed_loop_free(scene->loop);
    assert_int_equal(verdict, OUTPUT_GO_ON);
    assert_string_equal(buf_text(&scene->printed), printed);
    assert_string_equal(buf_text(&scene->warnings), warnings);
    buf_deinit(&scene->printed);
    buf_deinit(&scene->warnings);
}

static void each_protocol_has_its_default_form(void **state)
{
    static const struct output_options options = {0};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    assert_int_equal(output_wants(scene.output, 0),
                     SOCKFEED_DELIVER_MESSAGES | SOCKFEED_DELIVER_BATCHES);
    (void)give_event(&scene, "42[\"t\",{\"p\":0.10}]");
    (void)give_event(&scene, "42[\"t\",\n1]");
    end(&scene, "[\"t\",{\"p\":0.10}]\n[\"t\",1]\n", "");

    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    assert_int_equal(output_wants(scene.output, 0),
                     SOCKFEED_DELIVER_MESSAGES | SOCKFEED_DELIVER_BATCHES);
    (void)give_text(&scene, "{\"p\":\n1}");
    (void)give_text(&scene, "");
    (void)give(&scene, messages_binary("\x01", 1));
    end(&scene, "{\"p\":\n1}\n\nAQ==\n", "");

    begin(&scene, SOCKFEED_PROTOCOL_EIO, &options);
    (void)give_text(&scene, "data");
    end(&scene, "data\n", "");
}

static void raw_prints_frames_where_there_are_packets(void **state)
{
    static const struct output_options options = {.form = OUTPUT_FORM_RAW};
    struct scene scene;
    struct sockfeed_event sent;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    assert_int_equal(output_wants(scene.output, 0),
                     SOCKFEED_DELIVER_RECEIVED | SOCKFEED_DELIVER_BATCHES);
    (void)give(&scene, messages_frame(SOCKFEED_FRAME_TEXT, "0{}", 3));
    (void)give(&scene, messages_frame(SOCKFEED_FRAME_PING, "", 0));
    (void)give(&scene, messages_frame(SOCKFEED_FRAME_BINARY, "\x01", 1));
    (void)give_event(&scene, "42[\"ignored\"]");
    sent = messages_frame(SOCKFEED_FRAME_TEXT, "3", 1);
    sent.u.frame.sent = true;
    (void)give(&scene, sent);
    end(&scene, "0{}\nbAQ==\n", "");
}

static void nothing_is_written_before_the_read_is_over(void **state)
{
    static const struct output_options options = {0};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give_text(&scene, "one");
    assert_int_equal(output_pending(scene.output), 4);
    assert_int_equal(output_drained(scene.output), OUTPUT_GO_ON);
    assert_int_equal(output_pending(scene.output), 0);
    assert_int_equal(output_counts(scene.output).written, 4);
    end(&scene, "one\n", "");
}

static void a_count_ends_it(void **state)
{
    static const struct output_options options = {.count = 2};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    assert_int_equal(give_text(&scene, "1"), OUTPUT_GO_ON);
    assert_int_equal(give_text(&scene, "2"), OUTPUT_DONE);
    assert_int_equal(give_text(&scene, "3"), OUTPUT_DONE);
    assert_int_equal(output_drained(scene.output), OUTPUT_DONE);
    assert_int_equal(output_counts(scene.output).printed, 2);
    end(&scene, "1\n2\n", "");
}

static void until_prints_up_to_the_first_match(void **state)
{
    static const struct output_options options = {.until = "\"book\",[0-9]"};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    assert_int_equal(give_event(&scene, "42[\"trade\",1]"), OUTPUT_GO_ON);
    assert_int_equal(give_event(&scene, "42[\"book\",3]"), OUTPUT_DONE);
    assert_int_equal(give_event(&scene, "42[\"book\",4]"), OUTPUT_DONE);
    end(&scene, "[\"trade\",1]\n[\"book\",3]\n", "");
}

static void patterns_see_plain_text_as_received(void **state)
{
    const char *match[] = {"^b "};
    const struct output_options options = {
        .form = OUTPUT_FORM_JSON, .match = {match, 1},
             .until = "\"y\"$"
    };
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give_text(&scene, "a \"y\"");
    (void)give_text(&scene, "b \"x\"");
    assert_int_equal(give_text(&scene, "b \"y\""), OUTPUT_DONE);
    end(&scene, "\"b \\\"x\\\"\"\n\"b \\\"y\\\"\"\n", "");
}

static void patterns_see_events_as_json_after_rewriting(void **state)
{
    const char *match[] = {"\"PRICE\":2500\\.50"};
    const char *reject[] = {"ETH"};
    const char *where[] = {"/FLAGS = 1"};
    const char *events[] = {"m"};
    const struct output_options options = {
        .decode = OUTPUT_DECODE_CRYPTOCOMPARE,
        .events = {events, 1},
        .match = {match,  1},
        .reject = {reject, 1},
        .where = {where,  1},
    };
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"m\",\"5~C~BTC~USD~1~2500.50~1\"]");
    (void)give_event(&scene, "42[\"m\",\"5~C~BTC~USD~4~2500.50~1\"]");
    (void)give_event(&scene, "42[\"m\",\"5~C~ETH~USD~1~2500.50~1\"]");
    (void)give_event(&scene, "42[\"n\",\"5~C~BTC~USD~1~2500.50~1\"]");
    end(&scene,
        "{\"TYPE\":\"5\",\"MARKET\":\"C\",\"FROMSYMBOL\":\"BTC\","
        "\"TOSYMBOL\":\"USD\",\"FLAGS\":1,\"PRICE\":2500.50}\n",
        "");
}

static void damaged_messages_pass_with_one_warning_a_connection(void **state)
{
    const struct output_options options = {.decode =
                                               OUTPUT_DECODE_CRYPTOCOMPARE};
    const char *damaged = "42[\"m\",\"5~C~BTC\"]";
    struct sockfeed_event event = messages_event(damaged, strlen(damaged));
    const char *warning = "a packed message is damaged and printed as it "
                          "came; further ones are not reported\n";
    char twice[400];
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give(&scene, event);
    (void)give(&scene, event);
    event.connection = 2;
    (void)give(&scene, event);
    (void)give_event(&scene, "42[\"m\",\"3~LOADCOMPLETE\"]");
    (void)give_event(&scene, "42[\"m\",\"pong\"]");
    (void)snprintf(twice, sizeof twice, "%s%s", warning, warning);
    end(&scene,
        "\"5~C~BTC\"\n\"5~C~BTC\"\n\"5~C~BTC\"\n"
        "{\"TYPE\":\"3\",\"MESSAGE\":\"LOADCOMPLETE\"}\n\"pong\"\n",
        twice);
}

static void packed_plain_texts_are_decoded_too(void **state)
{
    const struct output_options options = {.decode =
                                               OUTPUT_DECODE_CRYPTOCOMPARE};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give_text(&scene, "11~BTC~1.50");
    (void)give_text(&scene, "{\"TYPE\":\"20\"}");
    end(&scene,
        "{\"TYPE\":\"11\",\"SYMBOL\":\"BTC\",\"FULLVOLUME\":1.50}\n"
        "{\"TYPE\":\"20\"}\n",
        "");
}

static void unwrap_puts_json_in_place_of_its_string(void **state)
{
    const struct output_options options = {.unwrap = "/d"};
    const struct output_options second = {.unwrap = "/1"};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"m\",{\"d\":\"{\\\"p\\\":\\n0.10} \"}]");
    (void)give_event(&scene, "42[\"m\",{\"d\":\"no JSON\"}]");
    (void)give_event(&scene, "42[\"m\",{\"d\":\"7\",\"e\":1}]");
    (void)give_event(&scene, "42[\"m\",{\"d\":[1]}]");
    (void)give_event(&scene, "42[\"m\"]");
    end(&scene,
        "[\"m\",{\"d\":{\"p\":0.10}}]\n[\"m\",{\"d\":\"no JSON\"}]\n"
        "[\"m\",{\"d\":7,\"e\":1}]\n[\"m\",{\"d\":[1]}]\n[\"m\"]\n",
        "");

    begin(&scene, SOCKFEED_PROTOCOL_SIO, &second);
    (void)give_event(&scene, "42[\"m\", 1 ,\"[2]\" ,3]");
    end(&scene, "[\"m\", 1 ,[2] ,3]\n", "");

    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give_text(&scene, "{\"d\":\"{}\"}");
    end(&scene, "{\"d\":{}}\n", "");
}

/* `text` as a gzip member. */
static size_t pack(char *to, size_t room, const char *text)
{
    z_stream stream = {0};

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8,
                                  Z_DEFAULT_STRATEGY),
                     Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = (Bytef *)to;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    room -= stream.avail_out;
    (void)deflateEnd(&stream);
    return room;
}

static void compressed_messages_become_text(void **state)
{
    const char *match[] = {"^\\{"};
    const struct output_options options = {
        .form = OUTPUT_FORM_JSON,
        .inflate = true,
        .match = {match, 1},
        .max_message = 20
    };
    char packed[200];
    size_t size = pack(packed, sizeof packed, "{\"p\":\n0.10}");
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give(&scene, messages_binary(packed, size));
    (void)give(&scene, messages_binary("\xff\xfe", 2));
    size = pack(packed, sizeof packed, "{\"p\":\"0123456789012345\"}");
    assert_int_equal(give(&scene, messages_binary(packed, size)),
                     OUTPUT_TOO_LARGE);
    assert_int_equal(give_text(&scene, "{}"), OUTPUT_GO_ON);
    end(&scene, "{\"p\":0.10}\n{\"$base64\":\"//4=\"}\n{}\n",
        "a binary message does not inflate to text and is printed as it "
        "came; further ones are not reported\n");
}

static void extract_prints_a_group_of_the_frame(void **state)
{
    static const struct output_options options = {
        .extract = "\"p\":\"?([0-9.]+)", .count = 2};
    static const struct output_options whole = {.extract = "4.\\["};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"t\",{\"p\":0.10}]");
    (void)give_event(&scene, "42[\"t\",{\"q\":0.10}]");
    assert_int_equal(give_event(&scene, "42[\"t\",{\"p\":\"12.0\"}]"),
                     OUTPUT_DONE);
    end(&scene, "0.10\n12.0\n", "");

    begin(&scene, SOCKFEED_PROTOCOL_SIO, &whole);
    (void)give_event(&scene, "42[\"t\"]");
    end(&scene, "42[\n", "");
}

static void columns_come_under_their_header(void **state)
{
    static const struct output_options options = {.select = "/s,/p",
                                                  .csv = true};
    static const struct output_options object = {.select = "/s",
                                                 .form = OUTPUT_FORM_JSON};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"t\",{\"s\":\"a,b\",\"p\":0.10}]");
    (void)give_event(&scene, "42[\"t\",{\"p\":1}]");
    end(&scene, "s,p\n\"a,b\",0.10\n,1\n", "");

    begin(&scene, SOCKFEED_PROTOCOL_SIO, &object);
    (void)give_event(&scene, "42[\"t\",{\"s\":\"x\",\"p\":0.10}]");
    end(&scene, "{\"s\":\"x\"}\n", "");
}

static void templates_end_lines_themselves(void **state)
{
    static const struct output_options options = {.format = "%e:%c "};
    static const struct output_options nul = {.format = "%e", .null = true};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"a\"]");
    (void)give_event(&scene, "42[\"b\"]");
    end(&scene, "a:1 b:2 ", "");

    begin(&scene, SOCKFEED_PROTOCOL_SIO, &nul);
    (void)give_event(&scene, "42[\"a\"]");
    assert_int_equal(output_pending(scene.output), 2);
    end(&scene, "a", "");
}

static void raw_bytes_are_followed_by_nothing(void **state)
{
    static const struct output_options options = {.binary = OUTPUT_BINARY_RAW};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give(&scene, messages_binary("ab", 2));
    (void)give(&scene, messages_binary("{}", 2));
    (void)give_text(&scene, "c");
    end(&scene, "ab{}c\n", "");
}

static void a_timestamp_stands_before_a_tab(void **state)
{
    static const struct output_options options = {.timestamp = true};
    struct scene scene;
    const char *text;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"t\"]");
    (void)output_finish(scene.output, 0, -1);
    output_free(scene.output);
    standard_output_release(&scene.caught, &scene.printed);
    sockfeed_loop_free(scene.loop);
    text = buf_text(&scene.printed);
    assert_int_equal(scene.printed.size, 37);
    assert_memory_equal(text, "20", 2);
    assert_memory_equal(text + 10, "T", 1);
    assert_string_equal(text + 29, "Z\t[\"t\"]\n");
    buf_deinit(&scene.printed);
    buf_deinit(&scene.warnings);
}

static void pretty_lines_are_indented(void **state)
{
    static const struct output_options options = {.pretty = true,
                                                  .color = OUTPUT_COLOR_NEVER};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    (void)give_text(&scene, "{\"a\":[1]}");
    (void)give_text(&scene, "no JSON");
    end(&scene, "{\n  \"a\": [\n    1\n  ]\n}\nno JSON\n", "");
}

static void the_latest_of_each_value_is_held_back(void **state)
{
    static const struct output_options options = {
        .latest = "/s", .every = 20, .form = OUTPUT_FORM_DATA};
    struct scene scene;
    int turns = 0;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    for (int i = 1; i <= 9; i++) {
        char packet[60];

        (void)snprintf(packet, sizeof packet,
                       "42[\"t\",{\"s\":\"B\",\"n\":%d}]", i);
        (void)give_event(&scene, packet);
        (void)snprintf(packet, sizeof packet,
                       "42[\"t\",{\"s\":\"E\",\"n\":%d}]", i);
        (void)give_event(&scene, packet);
    }
    (void)give_event(&scene, "42[\"no value\",1]");
    while (output_counts(scene.output).written < 40 && turns++ < TURNS) {
        sockfeed_loop_step(scene.loop);
    }
    (void)give_event(&scene, "42[\"t\",{\"s\":\"E\",\"n\":10}]");
    end(&scene,
        "1\n{\"s\":\"B\",\"n\":9}\n{\"s\":\"E\",\"n\":9}\n"
        "{\"s\":\"E\",\"n\":10}\n",
        "");
}

static void a_count_can_end_it_between_two_messages(void **state)
{
    static const struct output_options options = {
        .latest = "/s", .every = 20, .count = 1, .form = OUTPUT_FORM_DATA};
    struct scene scene;
    int turns = 0;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"t\",{\"s\":1}]");
    assert_int_equal(give_event(&scene, "42[\"t\",{\"s\":2}]"), OUTPUT_GO_ON);
    while (scene.ended == OUTPUT_GO_ON && turns++ < TURNS) {
        sockfeed_loop_step(scene.loop);
    }
    assert_int_equal(scene.ended, OUTPUT_DONE);
    end(&scene, "{\"s\":1}\n", "");
}

static void records_stand_among_messages(void **state)
{
    static const struct output_options options = {.form = OUTPUT_FORM_ENVELOPE,
                                                  .count = 1};
    struct scene scene;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_WS, &options);
    assert_int_equal(output_line(scene.output, "{\"status\":1}", 12),
                     OUTPUT_GO_ON);
    assert_int_equal(output_counts(scene.output).printed, 0);
    end(&scene, "{\"status\":1}\n", "");
}

static void statistics_count_what_came(void **state)
{
    const char *match[] = {"2"};
    const struct output_options options = {
        .match = {match, 1}
    };
    struct scene scene;
    struct output_counts counts;

    (void)state;
    begin(&scene, SOCKFEED_PROTOCOL_SIO, &options);
    (void)give_event(&scene, "42[\"a\",1]");
    (void)give_event(&scene, "42[\"a\",2]");
    counts = output_counts(scene.output);
    assert_int_equal(counts.received, 2);
    assert_int_equal(counts.received_bytes, 18);
    assert_int_equal(counts.printed, 1);
    end(&scene, "[\"a\",2]\n", "");
}

static void refuses(enum sockfeed_protocol protocol,
                    const struct output_options *options, const char *words)
{
    const struct output_callbacks callbacks = {0};
    struct sockfeed_loop *loop;
    struct output *output;
    struct output_error error = {""};
    unsigned source;
    enum sockfeed_result result;

    assert_int_equal(sockfeed_loop_new(&loop, 1), SOCKFEED_OK);
    result = output_new(&output, loop, options, &callbacks, &error);
    if (result == SOCKFEED_OK) {
        result =
            output_add_source(output, &source, "ws://h", protocol, 0, &error);
    }
    output_free(output);
    sockfeed_loop_free(loop);
    assert_int_equal(result, SOCKFEED_INVALID);
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' is not about '%s'", error.text, words);
    }
}

static void options_that_do_not_go_together_are_refused(void **state)
{
    const char *text[] = {"x("};
    const char *where[] = {"/a = 1"};
    const struct {
        struct output_options options;
        const char *words;
    } known[] = {
        {{.format = "x", .timestamp = true},                               "-t does not go with -f"   },
        {{.format = "x", .form = OUTPUT_FORM_DATA},                        "-f stands in place"       },
        {{.format = "%"},                                                  "-f: "                     },
        {{.select = "/a", .form = OUTPUT_FORM_TEXT},                       "--select goes with"       },
        {{.select = "a"},                                                  "--select: "               },
        {{.csv = true},                                                    "--csv needs --select"     },
        {{.extract = "x", .select = "/a"},                                 "--extract stands in place"},
        {{.extract = "("},                                                 "--extract: "              },
        {{.latest = "/a"},                                                 "--latest and --every"     },
        {{.every = 5},                                                     "--latest and --every"     },
        {{.latest = "a", .every = 5},                                      "--latest: "               },
        {{.unwrap = "a"},                                                  "--unwrap: "               },
        {{.until = "("},                                                   "--until: "                },
        {{.match = {text, 1}},                                             "--match: "                },
        {{.reject = {text, 1}},                                            "--reject: "               },
        {{.where = {text, 1}},                                             "--where: "                },
        {{.form = OUTPUT_FORM_RAW, .where = {where, 1}},                   "--where sees"             },
        {{.form = OUTPUT_FORM_RAW, .decode = OUTPUT_DECODE_CRYPTOCOMPARE},
         "--decode sees"                                                                              },
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        refuses(SOCKFEED_PROTOCOL_SIO, &known[i].options, known[i].words);
    }
}

static void plain_websocket_has_no_events_to_choose(void **state)
{
    const char *events[] = {"x"};
    const struct output_options options = {
        .events = {events, 1}
    };

    (void)state;
    refuses(SOCKFEED_PROTOCOL_WS, &options, "--event chooses by event name");
    refuses(SOCKFEED_PROTOCOL_EIO, &options, "--event chooses by event name");
}

static void values_are_checked_while_options_are_read(void **state)
{
    static const struct {
        enum output_value kind;
        const char *good;
        const char *bad;
    } known[] = {
        {OUTPUT_VALUE_REGEX,    "a+",     "("   },
        {OUTPUT_VALUE_TEMPLATE, "%e\\n",  "%q"  },
        {OUTPUT_VALUE_POINTER,  "/a",     "a"   },
        {OUTPUT_VALUE_POINTERS, "/a,/b",  "/a,b"},
        {OUTPUT_VALUE_WHERE,    "/a = 1", "/a"  },
        {OUTPUT_VALUE_GLOB,     "!a*",    "!a[" },
    };
    struct output_error error;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        error.text[0] = '\0';
        assert_int_equal(output_check(known[i].kind, known[i].good, &error),
                         SOCKFEED_OK);
        assert_int_equal(output_check(known[i].kind, known[i].bad, &error),
                         SOCKFEED_INVALID);
        assert_non_null(strstr(error.text, "(column "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_protocol_has_its_default_form),
        cmocka_unit_test(raw_prints_frames_where_there_are_packets),
        cmocka_unit_test(nothing_is_written_before_the_read_is_over),
        cmocka_unit_test(a_count_ends_it),
        cmocka_unit_test(until_prints_up_to_the_first_match),
        cmocka_unit_test(patterns_see_plain_text_as_received),
        cmocka_unit_test(patterns_see_events_as_json_after_rewriting),
        cmocka_unit_test(damaged_messages_pass_with_one_warning_a_connection),
        cmocka_unit_test(packed_plain_texts_are_decoded_too),
        cmocka_unit_test(unwrap_puts_json_in_place_of_its_string),
        cmocka_unit_test(compressed_messages_become_text),
        cmocka_unit_test(extract_prints_a_group_of_the_frame),
        cmocka_unit_test(columns_come_under_their_header),
        cmocka_unit_test(templates_end_lines_themselves),
        cmocka_unit_test(raw_bytes_are_followed_by_nothing),
        cmocka_unit_test(a_timestamp_stands_before_a_tab),
        cmocka_unit_test(pretty_lines_are_indented),
        cmocka_unit_test(the_latest_of_each_value_is_held_back),
        cmocka_unit_test(a_count_can_end_it_between_two_messages),
        cmocka_unit_test(records_stand_among_messages),
        cmocka_unit_test(statistics_count_what_came),
        cmocka_unit_test(options_that_do_not_go_together_are_refused),
        cmocka_unit_test(plain_websocket_has_no_events_to_choose),
        cmocka_unit_test(values_are_checked_while_options_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
