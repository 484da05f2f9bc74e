/* SPDX-License-Identifier: MIT */
#include "net/loop_alarm.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum sockfeed_result loop_alarm_init(struct loop_alarm *alarm, int set)
{
    /* By edge: that it has rung is told once, and nobody has to read it. */
    struct epoll_event event = {.events = EPOLLIN | (uint32_t)EPOLLET};

    alarm->due = INT64_MAX;
    alarm->descriptor =
        timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (alarm->descriptor < 0) {
        return SOCKFEED_SYSTEM;
    }
    if (epoll_ctl(set, EPOLL_CTL_ADD, alarm->descriptor, &event) != 0) {
        (void)close(alarm->descriptor);
        return SOCKFEED_SYSTEM;
    }
    return SOCKFEED_OK;
}

void loop_alarm_deinit(struct loop_alarm *alarm)
{
    (void)close(alarm->descriptor);
}

void loop_alarm_set(struct loop_alarm *alarm, int64_t now, int64_t due)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(due / 1000),
                     .tv_nsec = (long)(due % 1000) * 1000000L}
    };

    if (alarm->due <= now) {
        alarm->due = INT64_MAX; /* it has rung */
    }
    if (due < alarm->due &&
        timerfd_settime(alarm->descriptor, TFD_TIMER_ABSTIME, &when, NULL) ==
            0) {
        alarm->due = due;
    }
}
