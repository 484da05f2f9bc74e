/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include <libwebsockets.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    /* libwebsockets makes its tables as large as the limit on descriptors,
     * which some containers set to a thousand million. */
    TABLE_MAX = 1 << 20,
    /* libwebsockets does not say when its own next timeout is due. */
    HOST_INTERVAL_MS = 1000,
    HOST_READ = 16384,
};

#define NEVER INT64_MAX

/* Memory of loop_keep, what was asked for right behind it. */
struct kept {
    struct kept *next;
};

struct loop {
    lws_sorted_usec_list_t alarm; /* wakes the wait for the first timer */
    int64_t alarm_due;            /* when, or NEVER */
    struct lws_context *context;
    struct loop_watches watches;
    struct loop_tasks tasks;
    struct timer_heap timers;
    bool serving_timers;
    bool now_read; /* in this turn */
    int64_t now;
    bool stopped;
    struct sockfeed_traffic traffic;
    bool hosting; /* libwebsockets has descriptors of its own */
    struct kept *kept;
};

/* -- The clock -- */

static int64_t clock_us(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

void loop_enter(struct loop *loop)
{
    if (!loop->now_read) {
        loop->now = clock_us() / 1000;
        loop->now_read = true;
    }
}

struct sockfeed_traffic *loop_traffic(struct loop *loop)
{
    return &loop->traffic;
}

int64_t loop_now(const struct loop *loop)
{
    return loop->now;
}

int64_t loop_date(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec;
}

/* -- Timers -- */

void loop_timer_init(struct loop_timer *timer, struct loop *loop,
                     loop_callback callback, void *user)
{
    *timer =
        (struct loop_timer){.loop = loop, .callback = callback, .user = user};
}

void loop_timer_set(struct loop_timer *timer, int64_t due)
{
    struct loop *loop = timer->loop;

    loop_timer_clear(timer);
    /* A timer that sets itself again for now must not keep the turn. */
    if (loop->serving_timers && due <= loop->now) {
        due = loop->now + 1;
    }
    timer_heap_add(&loop->timers, &timer->node, due);
}

void loop_timer_clear(struct loop_timer *timer)
{
    if (timer->node.set) {
        timer_heap_remove(&timer->loop->timers, &timer->node);
    }
}

static int64_t first_due(const struct loop *loop)
{
    return loop->timers.root == NULL ? NEVER : loop->timers.root->due;
}

static void serve_timers(struct loop *loop)
{
    loop->serving_timers = true;
    while (first_due(loop) <= loop->now) {
        /* The node is the timer's first member. */
        struct loop_timer *timer = (struct loop_timer *)loop->timers.root;

        timer_heap_remove(&loop->timers, &timer->node);
        timer->callback(timer->user);
    }
    loop->serving_timers = false;
}

/* libwebsockets goes on to wait after it has called a timer's callback. */
static void alarm_rang(lws_sorted_usec_list_t *alarm)
{
    /* The first member. */
    struct loop *loop = (struct loop *)(void *)alarm;

    loop->alarm_due = NEVER;
    lws_cancel_service(loop->context);
}

/* Sees to it that a wait ends when the first timer is due; false when it is
 * due now. A millisecond is added since libwebsockets rounds the wait down to
 * milliseconds: it would poll again and again through the last one. */
static bool set_alarm(struct loop *loop)
{
    int64_t due = first_due(loop);
    int64_t wait;

    if (due == loop->alarm_due) {
        return due > loop->now;
    }
    loop->alarm_due = due;
    if (due == NEVER) {
        lws_sul_schedule(loop->context, 0, &loop->alarm, alarm_rang,
                         LWS_SET_TIMER_USEC_CANCEL);
        return true;
    }
    wait =
        (due > INT64_MAX / 2000 ? INT64_MAX / 2000 : due) * 1000 - clock_us();
    lws_sul_schedule(loop->context, 0, &loop->alarm, alarm_rang,
                     wait <= 0 ? 1 : wait + 1000);
    return wait > 0;
}

/* -- The loop -- */

static int raw_callback(struct lws *wsi, enum lws_callback_reasons reason,
                        void *user, void *data, size_t size)
{
    (void)user;
    (void)data;
    (void)size;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) {
        struct loop *loop = lws_context_user(lws_get_context(wsi));

        loop_enter(loop);
        loop_watches_serve(&loop->watches);
    }
    return 0;
}

static const struct lws_protocols raw_protocols[] = {
    {.name = "sockfeed", .callback = raw_callback},
    {0                 },
};

static enum sockfeed_result set_up(struct loop *loop, unsigned descriptors)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = raw_protocols,
        .user = loop,
        /* For the peers of net/listener: their texts are to be UTF-8; the
         * size of their requests, and of what is read at a time. */
        .options = LWS_SERVER_OPTION_VALIDATE_UTF8,
        .max_http_header_data = HOST_READ,
        .pt_serv_buf_size = HOST_READ,
    };
    lws_sock_file_fd_type descriptor;
    enum sockfeed_result result;
    struct rlimit limit;

    /* No change of identity: -1 in the int of libwebsockets 4.1 and in the
     * uid_t of later ones. */
    memset(&info.uid, 0xff, sizeof info.uid);
    memset(&info.gid, 0xff, sizeof info.gid);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > TABLE_MAX) {
        info.fd_limit_per_thread = TABLE_MAX;
    }
    /* A library does not print. */
    lws_set_log_level(0, NULL);
    loop->context = lws_create_context(&info);
    if (loop->context == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = loop_watches_init(&loop->watches, descriptors);
    if (result != SOCKFEED_OK) {
        return result;
    }
    descriptor.filefd = loop->watches.set;
    if (lws_adopt_descriptor_vhost(
            lws_get_vhost_by_name(loop->context, "default"),
            LWS_ADOPT_RAW_FILE_DESC, descriptor, raw_protocols[0].name,
            NULL) == NULL) {
        /* It has been closed. */
        return SOCKFEED_NOMEM;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result loop_new(struct loop **loop, unsigned descriptors)
{
    struct loop *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *loop = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->alarm_due = NEVER;
    loop_tasks_init(&created->tasks);
    loop_enter(created);
    result = set_up(created, descriptors);
    if (result != SOCKFEED_OK) {
        loop_free(created);
        return result;
    }
    *loop = created;
    return SOCKFEED_OK;
}

void loop_settle(struct loop *loop)
{
    while (loop_tasks_any(&loop->tasks)) {
        loop_tasks_serve(&loop->tasks);
    }
}

void *loop_keep(struct loop *loop, size_t size)
{
    struct kept *kept = calloc(1, sizeof *kept + size);

    if (kept == NULL) {
        return NULL;
    }
    kept->next = loop->kept;
    loop->kept = kept;
    return kept + 1;
}

static void free_kept(struct loop *loop)
{
    while (loop->kept != NULL) {
        struct kept *first = loop->kept;

        loop->kept = first->next;
        free(first);
    }
}

void loop_free(struct loop *loop)
{
    if (loop != NULL) {
        loop_settle(loop);
        if (loop->context != NULL) {
            lws_context_destroy(loop->context);
        }
        free_kept(loop);
        loop_watches_deinit(&loop->watches);
        free(loop);
    }
}

/* False when libwebsockets can go on no more. */
static bool turn(struct loop *loop, bool wait)
{
    bool served;

    if (!set_alarm(loop) || loop_tasks_any(&loop->tasks)) {
        wait = false;
    }
    loop->now_read = false;
    served = lws_service(loop->context, wait ? 0 : -1) >= 0;
    loop_enter(loop);
    serve_timers(loop);
    loop_tasks_serve(&loop->tasks);
    return served;
}

void loop_run(struct loop *loop)
{
    while (!loop->stopped && turn(loop, true)) {
    }
    loop->stopped = false;
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
}

void loop_step(struct loop *loop)
{
    (void)turn(loop, false);
    /* What libwebsockets read it may want to answer (pings, close frames),
     * which it does in the next turn, of which no descriptor tells. */
    if (loop->hosting) {
        (void)turn(loop, false);
    }
}

int loop_descriptor(struct loop *loop)
{
    return loop->watches.set;
}

int64_t loop_deadline(struct loop *loop)
{
    int64_t due = first_due(loop);
    int64_t wait;

    if (loop_tasks_any(&loop->tasks)) {
        return 0;
    }
    if (due == NEVER) {
        return loop->hosting ? HOST_INTERVAL_MS : -1;
    }
    wait = due - clock_us() / 1000;
    if (wait < 0) {
        return 0;
    }
    return loop->hosting && wait > HOST_INTERVAL_MS ? HOST_INTERVAL_MS : wait;
}

void loop_mirror(struct loop *loop, int descriptor, unsigned wanted)
{
    loop->hosting = true;
    loop_watches_mirror(&loop->watches, descriptor, wanted);
}

struct loop_watches *loop_watches(struct loop *loop)
{
    return &loop->watches;
}

struct loop_tasks *loop_tasks(struct loop *loop)
{
    return &loop->tasks;
}

struct lws_context *loop_context(struct loop *loop)
{
    return loop->context;
}

const char *loop_library_version(void)
{
    return lws_get_library_version();
}
