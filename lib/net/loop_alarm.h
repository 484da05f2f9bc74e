/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_ALARM_H
#define NET_LOOP_ALARM_H

#include "sockfeed/result.h"

#include <stdint.h>

/*
 * Ends the wait of a loop in time for its first timer: a timerfd in its epoll
 * set. The first timer seldom changes, and a wait that has a time-out of its
 * own costs the kernel a timer to start and one to stop.
 */
struct loop_alarm {
    int descriptor;
    int64_t due; /* when it rings next, in ms of the clock; INT64_MAX: never */
};

/* SYSTEM. Without success there is nothing to deinitialise. */
enum sockfeed_result loop_alarm_init(struct loop_alarm *alarm,
                                     int set) SOCKFEED_CHECK;
void loop_alarm_deinit(struct loop_alarm *alarm);

/* Sees to it that it rings by `due`; it may do so earlier. */
void loop_alarm_set(struct loop_alarm *alarm, int64_t now, int64_t due);

#endif
