/* SPDX-License-Identifier: MIT */
#include "tests/support/feed_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 30000,
    LOG_MOST = 65536
};

/* Not cmocka's assertions: fuzz targets are linked with this file too. */
static void require(bool holds, const char *got, const char *wanted)
{
    if (!holds) {
        fprintf(stderr, "got:\n%s\nwanted:\n%s\n", got, wanted);
        abort();
    }
}

static void require_ok(enum sockfeed_result result)
{
    require(result == SOCKFEED_OK, sockfeed_result_text(result), "success");
}

/* Whether a line has these first words. */
static bool is_line(struct span line, const char *words)
{
    size_t size = strlen(words);

    return line.size >= size && memcmp(line.data, words, size) == 0 &&
           (line.size == size || line.data[size] == ' ');
}

static bool has_line(const struct buf *log, const char *words)
{
    struct span rest = buf_span(log);

    while (rest.size > 0) {
        struct span line = span_of(rest.data, span_find(rest, '\n'));

        if (is_line(line, words)) {
            return true;
        }
        rest = span_skip(rest, line.size + 1);
    }
    return false;
}

static void note(struct feed_scene *scene, struct buf *log, const char *line)
{
    buf_append_text(log, line);
    buf_append_byte(log, '\n');
    require_ok(buf_result(log));
    if (log == scene->awaited_log && is_line(span_text(line), scene->awaited)) {
        sockfeed_loop_stop(scene->loop);
    }
}

/* ---- The server ------------------------------------------------------- */

static void send_to_peer(struct sockfeed_peer *peer, const char *data,
                         size_t size)
{
    const struct sockfeed_outgoing message = {SOCKFEED_OUTGOING_TEXT, NULL,
                                              data, size};

    require_ok(sockfeed_peer_send(peer, &message));
}

static void free_server_on(struct feed_scene *scene, const char *line)
{
    if (scene->free_server_on != NULL &&
        is_line(span_text(line), scene->free_server_on)) {
        sockfeed_server_free(scene->server);
        scene->server = NULL;
    }
}

static void on_peer(struct sockfeed_server *server, struct sockfeed_peer *peer,
                    const struct sockfeed_peer_event *told, void *user)
{
    struct feed_scene *scene = user;
    char line[256];

    (void)server;
    switch (told->type) {
    case SOCKFEED_PEER_OPEN:
        scene->peer = peer;
        (void)snprintf(line, sizeof line, "open");
        if (scene->greeting != NULL) {
            send_to_peer(peer, scene->greeting, strlen(scene->greeting));
        }
        break;
    case SOCKFEED_PEER_MESSAGE:
        (void)snprintf(line, sizeof line, "message %.*s",
                       (int)told->u.message.data_size, told->u.message.data);
        if (scene->echo) {
            send_to_peer(peer, told->u.message.data, told->u.message.data_size);
        }
        break;
    case SOCKFEED_PEER_CLOSED:
        scene->peer = scene->peer == peer ? NULL : scene->peer;
        (void)snprintf(line, sizeof line, "closed");
        break;
    case SOCKFEED_PEER_ANSWER:
    case SOCKFEED_PEER_LEFT:
    case SOCKFEED_PEER_DRAINED:
        return;
    }
    note(scene, &scene->server_log, line);
    free_server_on(scene, line);
}

/* ---- The client ------------------------------------------------------- */

/* False for an event that is left out. */
static bool describe(char *line, size_t size, const struct sockfeed_event *told)
{
    switch (told->type) {
    case SOCKFEED_EVENT_MESSAGE:
        (void)snprintf(line, size, "message %.*s",
                       (int)told->u.message.data_size, told->u.message.data);
        return true;
    case SOCKFEED_EVENT_PREPARE:
        (void)snprintf(line, size, "prepare");
        return true;
    case SOCKFEED_EVENT_OPEN:
        (void)snprintf(line, size, "open %u%s", told->connection,
                       told->u.open.again ? " again" : "");
        return true;
    case SOCKFEED_EVENT_UPGRADED:
        (void)snprintf(line, size, "upgraded");
        return true;
    case SOCKFEED_EVENT_SUBSCRIBED:
        (void)snprintf(line, size, "subscribed %zu", told->u.subscribed.count);
        return true;
    case SOCKFEED_EVENT_AWAITING:
        (void)snprintf(line, size, "awaiting %zu", told->u.awaiting.index);
        return true;
    case SOCKFEED_EVENT_SENT:
        (void)snprintf(line, size, "sent");
        return true;
    case SOCKFEED_EVENT_REPLACED:
        (void)snprintf(line, size, "replaced %u", told->connection);
        return true;
    case SOCKFEED_EVENT_LOST:
        (void)snprintf(line, size, "lost %s", told->u.lost.failure->text);
        return true;
    case SOCKFEED_EVENT_RETRY:
        (void)snprintf(line, size, "retry %u", told->u.retry.attempt);
        return true;
    case SOCKFEED_EVENT_GAP:
        (void)snprintf(line, size, "gap");
        return true;
    case SOCKFEED_EVENT_CLOSED:
        (void)snprintf(line, size, "closed %s", told->u.lost.failure->text);
        return true;
    case SOCKFEED_EVENT_PONG:
        (void)snprintf(line, size, "pong");
        return true;
    default:
        return false;
    }
}

static void on_client(struct sockfeed_client *client,
                      const struct sockfeed_event *told, void *user)
{
    struct feed_scene *scene = user;
    char line[640];

    require(client == scene->client, "an event", "none, it was freed");
    if (!describe(line, sizeof line, told)) {
        return;
    }
    note(scene, &scene->client_log, line);
    if (scene->free_client_on != NULL &&
        is_line(span_text(line), scene->free_client_on)) {
        sockfeed_client_free(scene->client);
        scene->client = NULL;
    }
}

void feed_scene_make(struct feed_scene *scene)
{
    require_ok(sockfeed_client_new(&scene->client, scene->loop, scene->options,
                                   on_client, scene));
}

void feed_scene_start(struct feed_scene *scene)
{
    require_ok(sockfeed_client_start(scene->client));
}

/* ---- The scene -------------------------------------------------------- */

static void on_patience(void *user)
{
    const struct feed_scene *scene = user;

    fprintf(stderr, "client:\n%.*s\nserver:\n%.*s\nwanted:\n%s\n",
            (int)scene->client_log.size, scene->client_log.data,
            (int)scene->server_log.size, scene->server_log.data,
            scene->awaited);
    abort();
}

void feed_scene_set_number(struct feed_scene *scene,
                           enum sockfeed_option option, int64_t value)
{
    require_ok(sockfeed_options_set_number(scene->options, option, value));
}

void feed_scene_set_text(struct feed_scene *scene, enum sockfeed_option option,
                         const char *value)
{
    require_ok(sockfeed_options_set_text(scene->options, option, value));
}

static void prepare(struct feed_scene *scene, bool engine_io)
{
    const struct sockfeed_server_config config = {.engine_io = engine_io};
    char url[64];

    memset(scene, 0, sizeof *scene);
    buf_init(&scene->client_log, LOG_MOST);
    buf_init(&scene->server_log, LOG_MOST);
    scene->options = sockfeed_options_new();
    require(scene->options != NULL, "nothing", "options");
    require_ok(sockfeed_loop_new(&scene->loop, 8));
    require_ok(
        sockfeed_timer_new(&scene->patience, scene->loop, on_patience, scene));
    require_ok(sockfeed_server_new(&scene->server, scene->loop, &config,
                                   on_peer, scene, NULL));
    (void)snprintf(url, sizeof url, "%s://127.0.0.1:%u/",
                   engine_io ? "http" : "ws",
                   (unsigned)sockfeed_server_port(scene->server));
    feed_scene_set_text(scene, SOCKFEED_OPTION_URL, url);
    feed_scene_set_text(scene, SOCKFEED_OPTION_PROXY, "");
    feed_scene_set_number(scene, SOCKFEED_OPTION_RECONNECT,
                          SOCKFEED_RECONNECT_NEVER);
}

void feed_scene_prepare(struct feed_scene *scene)
{
    prepare(scene, false);
}

void feed_scene_prepare_engine_io(struct feed_scene *scene,
                                  enum sockfeed_transport transport)
{
    prepare(scene, true);
    feed_scene_set_number(scene, SOCKFEED_OPTION_PROTOCOL,
                          SOCKFEED_PROTOCOL_EIO);
    feed_scene_set_number(scene, SOCKFEED_OPTION_TRANSPORT, transport);
}

static void hear(struct feed_scene *scene, const struct buf *log,
                 const char *line)
{
    if (!has_line(log, line)) {
        scene->awaited_log = log;
        scene->awaited = line;
        sockfeed_timer_set(scene->patience, PATIENCE_MS);
        sockfeed_loop_run(scene->loop);
        sockfeed_timer_clear(scene->patience);
        scene->awaited_log = NULL;
    }
}

void feed_scene_client_hears(struct feed_scene *scene, const char *line)
{
    hear(scene, &scene->client_log, line);
}

void feed_scene_server_hears(struct feed_scene *scene, const char *line)
{
    hear(scene, &scene->server_log, line);
}

void feed_scene_take(struct buf *log, const char *lines)
{
    const char *got = buf_text(log);
    size_t size = strlen(lines);

    require(strncmp(got, lines, size) == 0, got, lines);
    buf_consume(log, size);
}

void feed_scene_assert_log(struct buf *log, const char *lines)
{
    const char *got = buf_text(log);

    require(strcmp(got, lines) == 0, got, lines);
}

void feed_scene_finish(struct feed_scene *scene)
{
    sockfeed_client_free(scene->client);
    sockfeed_server_free(scene->server);
    sockfeed_timer_free(scene->patience);
    sockfeed_loop_free(scene->loop);
    sockfeed_options_free(scene->options);
    buf_deinit(&scene->client_log);
    buf_deinit(&scene->server_log);
}

struct sockfeed_outgoing feed_scene_text(const char *text)
{
    return (struct sockfeed_outgoing){SOCKFEED_OUTGOING_TEXT, NULL, text,
                                      strlen(text)};
}
