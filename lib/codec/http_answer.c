/* SPDX-License-Identifier: MIT */
#include "codec/http_answer.h"

#include "base/num.h"

enum {
    STATUS_SWITCHING = 101,
    KEEPS_MAX = 3600 /* seconds; more is as good as not said */
};

void http_answer_init(struct http_answer *answer, size_t max_content)
{
    *answer = (struct http_answer){.state = HTTP_ANSWER_HEAD};
    http_response_init(&answer->head);
    buf_init(&answer->content, max_content);
}

void http_answer_deinit(struct http_answer *answer)
{
    http_inflate_deinit(&answer->inflate);
    buf_deinit(&answer->content);
}

/* ---- The head ----------------------------------------------------------- */

/* "timeout=5, max=100", which is nowhere specified and everywhere sent. */
static unsigned read_keep_alive(const struct http_response *head)
{
    const struct http_header *header = http_response_find(head, "Keep-Alive");
    struct span list = header == NULL ? span_text("") : header->value;
    struct span element;
    uint64_t seconds;

    while (http_header_next(&list, &element)) {
        if (span_starts(element, "timeout=") &&
            num_parse_uint(&seconds, span_skip(element, sizeof "timeout=" - 1),
                           KEEPS_MAX) == SOCKFEED_OK) {
            return (unsigned)seconds;
        }
    }
    return 0;
}

/* RFC 9112, 9.3. */
static bool keeps(const struct http_response *head)
{
    return head->minor == 0
               ? http_response_has(head, "Connection", "keep-alive")
               : !http_response_has(head, "Connection", "close");
}

static enum sockfeed_result read_coding(struct http_answer *answer,
                                        struct malformed *malformed)
{
    const struct http_header *coding =
        http_response_find(&answer->head, "Content-Encoding");

    if (coding == NULL ||
        span_equal_nocase(coding->value, span_text("identity"))) {
        return SOCKFEED_OK;
    }
    if (!span_equal_nocase(coding->value, span_text("gzip")) &&
        !span_equal_nocase(coding->value, span_text("x-gzip")) &&
        !span_equal_nocase(coding->value, span_text("deflate"))) {
        return malformed_set(malformed, 0,
                             "a Content-Encoding that was not offered");
    }
    answer->compressed = true;
    return http_inflate_init(&answer->inflate);
}

static enum sockfeed_result receive_head(struct http_answer *answer,
                                         size_t *used,
                                         struct malformed *malformed,
                                         struct span data)
{
    struct http_response *head = &answer->head;
    enum sockfeed_result result =
        http_response_decode(head, used, malformed, data);

    if (result != SOCKFEED_OK) {
        return result;
    }
    if (head->status == STATUS_SWITCHING) {
        return malformed_set(malformed, 0,
                             "a switch of protocols that nobody asked for");
    }
    if (head->status < 200) {
        http_response_init(head);
        return SOCKFEED_OK; /* the caller goes on */
    }
    result = http_body_init(&answer->body, malformed, head);
    if (result == SOCKFEED_OK) {
        result = read_coding(answer, malformed);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    answer->keeps = keeps(head) && answer->body.state != HTTP_BODY_UNTIL_END;
    answer->keeps_for = read_keep_alive(head);
    answer->state = HTTP_ANSWER_BODY;
    return SOCKFEED_AGAIN;
}

/* ---- The body ------------------------------------------------------------ */

static enum sockfeed_result keep(struct http_answer *answer,
                                 struct malformed *malformed, struct span piece)
{
    enum sockfeed_result result;

    if (!answer->compressed) {
        buf_append_span(&answer->content, piece);
        return buf_result(&answer->content);
    }
    result = http_inflate_decode(&answer->inflate, &answer->content, malformed,
                                 piece);
    answer->whole = result == SOCKFEED_OK;
    return result == SOCKFEED_MORE ? SOCKFEED_OK : result;
}

static enum sockfeed_result finish(struct http_answer *answer,
                                   struct malformed *malformed)
{
    /* Compressed, nothing at all is nothing too. */
    if (answer->compressed && !answer->whole &&
        answer->inflate.stream.total_in > 0) {
        return malformed_set(malformed, 0, "compressed data cut short");
    }
    answer->state = HTTP_ANSWER_DONE;
    return SOCKFEED_OK;
}

static enum sockfeed_result receive_body(struct http_answer *answer,
                                         size_t *used,
                                         struct malformed *malformed,
                                         struct span data)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    while (result == SOCKFEED_AGAIN) {
        struct span piece;
        size_t taken = 0;
        enum sockfeed_result kept = SOCKFEED_OK;

        result = http_body_decode(&answer->body, &piece, &taken, malformed,
                                  span_skip(data, *used));
        if (piece.size > 0) {
            kept = keep(answer, malformed, piece);
        }
        *used += taken;
        if (kept != SOCKFEED_OK) {
            return kept;
        }
    }
    return result == SOCKFEED_OK ? finish(answer, malformed) : result;
}

enum sockfeed_result http_answer_receive(struct http_answer *answer,
                                         size_t *used,
                                         struct malformed *malformed,
                                         struct span data)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *used = 0;
    while (answer->state == HTTP_ANSWER_HEAD && result == SOCKFEED_OK) {
        size_t taken = 0;

        result =
            receive_head(answer, &taken, malformed, span_skip(data, *used));
        *used += taken;
    }
    if (result != SOCKFEED_OK || answer->state == HTTP_ANSWER_DONE) {
        return result;
    }
    return receive_body(answer, used, malformed, data);
}

enum sockfeed_result http_answer_end(struct http_answer *answer)
{
    struct malformed ignored;

    if (answer->state == HTTP_ANSWER_BODY &&
        answer->body.state == HTTP_BODY_UNTIL_END &&
        finish(answer, &ignored) == SOCKFEED_OK) {
        return SOCKFEED_OK;
    }
    return SOCKFEED_MORE;
}
