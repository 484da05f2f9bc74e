/* SPDX-License-Identifier: MIT */
#include "session/eio_handshake.h"

#include "base/json_scan.h"

#include <cjson/cJSON.h>

/* Integers up to here are exact in the doubles that cJSON keeps. */
static const double EXACT_MAX = 9007199254740992.0;

/* The last member of that name, as in JSON.parse; cJSON's own search takes the
 * first. */
static const cJSON *find(const cJSON *object, const char *name)
{
    const cJSON *found = NULL;
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        if (strcmp(member->string, name) == 0) {
            found = member;
        }
    }
    return found;
}

/* A positive integer; what is above `max` is taken as `max`. */
static bool read_integer(uint64_t *value, const cJSON *member, double max)
{
    double number;

    if (!cJSON_IsNumber(member)) {
        return false;
    }
    number = member->valuedouble;
    if (!(number >= 1)) {
        return false;
    }
    if (number >= max) {
        number = max;
    }
    *value = (uint64_t)number;
    return (double)*value == number;
}

static enum sockfeed_result read_sid(struct eio_handshake *handshake,
                                     struct malformed *malformed,
                                     const cJSON *member)
{
    size_t size;

    if (!cJSON_IsString(member) || member->valuestring[0] == '\0') {
        return malformed_set(malformed, 0, "open packet without a sid");
    }
    size = strlen(member->valuestring);
    if (size > LIMIT_SID) {
        return malformed_set(malformed, 0, "sid too long");
    }
    memcpy(handshake->sid, member->valuestring, size + 1);
    return SOCKFEED_OK;
}

static bool read_time(int64_t *time, const cJSON *member)
{
    uint64_t value;

    if (!read_integer(&value, member, LIMIT_HEARTBEAT_MS)) {
        return false;
    }
    *time = (int64_t)value;
    return true;
}

static bool has_websocket(const cJSON *upgrades)
{
    const cJSON *name;

    if (!cJSON_IsArray(upgrades)) {
        return false;
    }
    cJSON_ArrayForEach(name, upgrades)
    {
        if (cJSON_IsString(name) &&
            strcmp(name->valuestring, "websocket") == 0) {
            return true;
        }
    }
    return false;
}

static enum sockfeed_result read_members(struct eio_handshake *handshake,
                                         struct malformed *malformed,
                                         const cJSON *root)
{
    const cJSON *max_payload = find(root, "maxPayload");
    enum sockfeed_result result;

    result = read_sid(handshake, malformed, find(root, "sid"));
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (!read_time(&handshake->ping_interval, find(root, "pingInterval")) ||
        !read_time(&handshake->ping_timeout, find(root, "pingTimeout"))) {
        return malformed_set(malformed, 0,
                             "open packet without heartbeat times");
    }
    if (max_payload != NULL &&
        !read_integer(&handshake->max_payload, max_payload, EXACT_MAX)) {
        return malformed_set(malformed, 0,
                             "open packet with a wrong maxPayload");
    }
    handshake->upgrades_to_websocket = has_websocket(find(root, "upgrades"));
    return SOCKFEED_OK;
}

enum sockfeed_result eio_handshake_parse(struct eio_handshake *handshake,
                                         struct malformed *malformed,
                                         struct span text)
{
    struct json_scan_result json;
    enum sockfeed_result result;
    cJSON *root;

    memset(handshake, 0, sizeof *handshake);
    /* cJSON takes much that is no JSON. */
    result = json_scan(&json, malformed, text, 0);
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (json.kind != JSON_OBJECT) {
        return malformed_set(malformed, 0, "open packet that is no object");
    }
    root = cJSON_ParseWithLength(json.value.data, json.value.size);
    if (root == NULL) {
        /* Checked JSON: what is left are unpaired surrogates, and memory. */
        return malformed_set(malformed, 0, "open packet that cannot be read");
    }
    result = read_members(handshake, malformed, root);
    cJSON_Delete(root);
    return result;
}

static bool add_upgrades(cJSON *root, bool websocket)
{
    cJSON *upgrades = cJSON_AddArrayToObject(root, "upgrades");
    cJSON *name;

    if (upgrades == NULL || !websocket) {
        return upgrades != NULL;
    }
    name = cJSON_CreateString("websocket");
    return name != NULL && cJSON_AddItemToArray(upgrades, name);
}

/* In the order in which servers write them. */
static bool add_members(cJSON *root, const struct eio_handshake *handshake)
{
    return cJSON_AddStringToObject(root, "sid", handshake->sid) != NULL &&
           add_upgrades(root, handshake->upgrades_to_websocket) &&
           cJSON_AddNumberToObject(root, "pingInterval",
                                   (double)handshake->ping_interval) != NULL &&
           cJSON_AddNumberToObject(root, "pingTimeout",
                                   (double)handshake->ping_timeout) != NULL &&
           (handshake->max_payload == 0 ||
            cJSON_AddNumberToObject(root, "maxPayload",
                                    (double)handshake->max_payload) != NULL);
}

enum sockfeed_result eio_handshake_print(struct buf *to,
                                         const struct eio_handshake *handshake)
{
    enum sockfeed_result result = SOCKFEED_NOMEM;
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;

    if (root != NULL && add_members(root, handshake)) {
        text = cJSON_PrintUnformatted(root);
    }
    if (text != NULL) {
        buf_append_text(to, text);
        cJSON_free(text);
        result = buf_result(to);
    }
    cJSON_Delete(root);
    return result;
}

bool eio_handshake_begins(struct span frame)
{
    /* A final text frame that is not masked, its length in one byte or, after
     * 126, in two (RFC 6455, 5.2). */
    size_t head = frame.size > 1 && frame.data[1] == 126 ? 4 : 2;

    return frame.size > head && (unsigned char)frame.data[0] == 0x81 &&
           span_starts(span_skip(frame, head), "0{\"sid\":\"");
}
