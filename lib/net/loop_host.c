/* SPDX-License-Identifier: MIT */
#include "net/loop_host.h"

#include "net/loop.h"

#include <libwebsockets.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* libwebsockets makes its tables as large as the limit on descriptors,
     * which some containers set to a thousand million. */
    TABLE_MAX = 1 << 20,
    READ = 16384,
};

struct loop_host {
    lws_sorted_usec_list_t alarm; /* ends the wait */
    struct lws_context *context;
};

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *data, size_t size)
{
    (void)user;
    (void)data;
    (void)size;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) {
        loop_serve(lws_context_user(lws_get_context(wsi)), 0);
    }
    return 0;
}

static const struct lws_protocols protocols[] = {
    {.name = "sockfeed", .callback = on_event},
    {0                 },
};

static struct lws_context *make_context(struct loop *loop)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .user = loop,
        /* Texts of the peers are to be UTF-8; the size of their requests, and
         * of what is read at a time. */
        .options = LWS_SERVER_OPTION_VALIDATE_UTF8,
        .max_http_header_data = READ,
        .pt_serv_buf_size = READ,
    };
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
    return lws_create_context(&info);
}

/* libwebsockets closes what it adopts: it is given a descriptor of its own. */
static bool adopt(struct loop_host *host, int set)
{
    lws_sock_file_fd_type descriptor = {.filefd =
                                            fcntl(set, F_DUPFD_CLOEXEC, 0)};

    return descriptor.filefd >= 0 &&
           lws_adopt_descriptor_vhost(
               lws_get_vhost_by_name(host->context, "default"),
               LWS_ADOPT_RAW_FILE_DESC, descriptor, protocols[0].name,
               NULL) != NULL;
}

struct loop_host *loop_host_new(struct loop *loop, int set)
{
    struct loop_host *host = calloc(1, sizeof *host);

    if (host == NULL) {
        return NULL;
    }
    host->context = make_context(loop);
    if (host->context == NULL || !adopt(host, set)) {
        loop_host_free(host);
        return NULL;
    }
    return host;
}

void loop_host_free(struct loop_host *host)
{
    if (host != NULL && host->context != NULL) {
        lws_context_destroy(host->context);
    }
    free(host);
}

const char *loop_host_library_version(void)
{
    return lws_get_library_version();
}

struct lws_context *loop_host_context(const struct loop_host *host)
{
    return host->context;
}

/* libwebsockets goes on to wait after it has called a timer's callback. */
static void alarm_rang(lws_sorted_usec_list_t *alarm)
{
    /* The first member. */
    const struct loop_host *host = (struct loop_host *)(void *)alarm;

    lws_cancel_service(host->context);
}

/* Sees to it that the wait ends in time. A millisecond is added since
 * libwebsockets rounds the wait down to milliseconds: it would poll again and
 * again through the last one. */
static void set_alarm(struct loop_host *host, int timeout)
{
    lws_sul_schedule(host->context, 0, &host->alarm, alarm_rang,
                     timeout < 0 ? LWS_SET_TIMER_USEC_CANCEL
                                 : ((int64_t)timeout + 1) * 1000);
}

bool loop_host_serve(struct loop_host *host, int timeout)
{
    if (timeout != 0) {
        set_alarm(host, timeout);
    }
    return lws_service(host->context, timeout == 0 ? -1 : 0) >= 0;
}
