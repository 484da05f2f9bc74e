/* SPDX-License-Identifier: MIT */
#include "session/http_refusal.h"

#include "base/num.h"
#include "base/printable.h"
#include "base/url_mask.h"
#include "codec/http_date.h"

/* A date counts from that of the answer, so that no clock has to be right;
 * without one the usual delay has to do. */
static int64_t read_retry_date(const struct http_response *head,
                               struct span value)
{
    const struct http_header *date = http_response_find(head, "Date");
    int64_t now;
    int64_t then;

    if (date == NULL || http_date_parse(&now, date->value) != SOCKFEED_OK ||
        http_date_parse(&then, value) != SOCKFEED_OK || then < now) {
        return 0;
    }
    return then - now < NUM_SECONDS_MAX ? then - now : NUM_SECONDS_MAX;
}

/* RFC 9110, 10.2.3: seconds, or a date. */
static int64_t read_retry_after(const struct http_response *head)
{
    const struct http_header *header = http_response_find(head, "Retry-After");
    uint64_t seconds;

    if (header == NULL) {
        return 0;
    }
    if (num_parse_uint(&seconds, header->value, NUM_SECONDS_MAX) ==
        SOCKFEED_OK) {
        return (int64_t)seconds * 1000;
    }
    return read_retry_date(head, header->value) * 1000;
}

void http_refusal_init(struct http_refusal *refusal,
                       const struct http_response *head)
{
    const struct http_header *location = http_response_find(head, "Location");
    struct malformed ignored;

    *refusal = (struct http_refusal){
        .status = head->status,
        .retry_after = read_retry_after(head),
    };
    buf_init(&refusal->text, LIMIT_HTTP_BODY);
    /* The status line after "HTTP/1.1 ". */
    (void)printable_copy(refusal->phrase, sizeof refusal->phrase,
                         span_skip(head->line, sizeof "HTTP/1.1"));
    if (http_response_is_redirect(head->status) && location != NULL) {
        url_mask_copy(refusal->location, sizeof refusal->location,
                      location->value);
    }
    if (http_body_init(&refusal->body, &ignored, head) != SOCKFEED_OK) {
        refusal->body.state = HTTP_BODY_DONE;
    }
}

void http_refusal_deinit(struct http_refusal *refusal)
{
    buf_deinit(&refusal->text);
}

static bool has_first_line(const struct buf *text)
{
    struct span whole = buf_span(text);
    struct span line = printable_first_line(whole);
    size_t end = line.size;

    if (line.size == 0) {
        return false;
    }
    end += (size_t)(line.data - whole.data);
    return span_find(span_skip(whole, end), '\n') < whole.size - end;
}

/* False when no more of the body is of interest. */
static bool keep(struct http_refusal *refusal, struct span piece)
{
    struct buf *text = &refusal->text;

    if (piece.size > text->limit - text->size) {
        piece.size = text->limit - text->size;
    }
    buf_append_span(text, piece);
    return buf_result(text) == SOCKFEED_OK && text->size < text->limit &&
           !has_first_line(text);
}

enum sockfeed_result http_refusal_receive(struct http_refusal *refusal,
                                          size_t *used, struct span data)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    *used = 0;
    while (result == SOCKFEED_AGAIN) {
        struct malformed ignored;
        struct span piece;
        size_t taken;

        result = http_body_decode(&refusal->body, &piece, &taken, &ignored,
                                  span_skip(data, *used));
        *used += taken;
        if (piece.size > 0 && !keep(refusal, piece)) {
            return SOCKFEED_OK;
        }
    }
    return result == SOCKFEED_MORE ? SOCKFEED_MORE : SOCKFEED_OK;
}

enum sockfeed_result http_refusal_tell(const struct http_refusal *refusal,
                                       struct sockfeed_failure *failure,
                                       enum sockfeed_result result,
                                       enum sockfeed_stage stage,
                                       const char *introduction)
{
    char line[256];
    const char *between = ": ";
    const char *detail = line;

    (void)printable_copy(line, sizeof line,
                         printable_first_line(buf_span(&refusal->text)));
    if (refusal->location[0] != '\0') {
        between = ", a redirect to ";
        detail = refusal->location;
    } else if (line[0] == '\0') {
        between = "";
    }
    (void)failure_set(failure, result, stage, "%s %s%s%s", introduction,
                      refusal->phrase, between, detail);
    failure->http_status = (int)refusal->status;
    failure->retry_after = refusal->retry_after;
    if (result == SOCKFEED_REFUSED && refusal->location[0] != '\0') {
        failure->cause = SOCKFEED_CAUSE_REDIRECT;
    }
    return result;
}
