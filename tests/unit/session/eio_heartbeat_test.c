/* SPDX-License-Identifier: MIT */
#include "session/eio_heartbeat.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    INTERVAL = 600,
    TIMEOUT = 400,
};

static struct eio_heartbeat started(enum eio_revision revision,
                                    enum eio_heartbeat_role role)
{
    struct eio_heartbeat heartbeat;

    eio_heartbeat_start(&heartbeat, revision, role, 0, INTERVAL, TIMEOUT);
    return heartbeat;
}

/* Nothing is due before the deadline, and this at it. */
static void assert_due(struct eio_heartbeat *heartbeat, int64_t at,
                       enum eio_heartbeat_due due)
{
    assert_int_equal(eio_heartbeat_deadline(heartbeat), at);
    assert_int_equal(eio_heartbeat_due(heartbeat, at - 1),
                     EIO_HEARTBEAT_NOTHING);
    assert_int_equal(eio_heartbeat_due(heartbeat, at), due);
}

static void client_of_revision_4_waits_for_pings(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_4, EIO_HEARTBEAT_CLIENT);

    (void)state;
    assert_due(&client, 1000, EIO_HEARTBEAT_DEAD);
    eio_heartbeat_received(&client, 600, EIO_PACKET_PING);
    eio_heartbeat_received(&client, 900, EIO_PACKET_MESSAGE);
    assert_due(&client, 1600, EIO_HEARTBEAT_DEAD);
}

static void client_of_revision_3_pings_after_each_pong(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_3, EIO_HEARTBEAT_CLIENT);

    (void)state;
    assert_due(&client, 600, EIO_HEARTBEAT_PING);
    eio_heartbeat_received(&client, 610, EIO_PACKET_PONG);
    assert_due(&client, 1210, EIO_HEARTBEAT_PING);
    assert_due(&client, 1610, EIO_HEARTBEAT_DEAD);
}

static void client_of_revision_3_takes_any_packet_as_life(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_3, EIO_HEARTBEAT_CLIENT);

    (void)state;
    assert_due(&client, 600, EIO_HEARTBEAT_PING);
    eio_heartbeat_received(&client, 900, EIO_PACKET_MESSAGE);
    assert_due(&client, 1900, EIO_HEARTBEAT_DEAD);
}

static void server_of_revision_4_pings_and_wants_pongs(void **state)
{
    struct eio_heartbeat server = started(EIO_REVISION_4, EIO_HEARTBEAT_SERVER);

    (void)state;
    assert_due(&server, 600, EIO_HEARTBEAT_PING);
    eio_heartbeat_received(&server, 700, EIO_PACKET_PONG);
    assert_due(&server, 1300, EIO_HEARTBEAT_PING);
    eio_heartbeat_received(&server, 1400, EIO_PACKET_MESSAGE);
    assert_due(&server, 1700, EIO_HEARTBEAT_DEAD);
}

static void server_of_revision_3_drops_the_silent(void **state)
{
    struct eio_heartbeat server = started(EIO_REVISION_3, EIO_HEARTBEAT_SERVER);

    (void)state;
    assert_due(&server, 1000, EIO_HEARTBEAT_DEAD);
    eio_heartbeat_received(&server, 900, EIO_PACKET_PING);
    assert_due(&server, 1900, EIO_HEARTBEAT_DEAD);
}

/* After a suspended machine wakes up both are overdue. */
static void asks_before_it_gives_up(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_3, EIO_HEARTBEAT_CLIENT);

    (void)state;
    assert_int_equal(eio_heartbeat_due(&client, 100000), EIO_HEARTBEAT_PING);
    assert_due(&client, 100400, EIO_HEARTBEAT_DEAD);
}

static void paused_client_of_revision_4_sends_pongs_unasked(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_4, EIO_HEARTBEAT_CLIENT);

    (void)state;
    eio_heartbeat_pause(&client, 500);
    assert_due(&client, 700, EIO_HEARTBEAT_PONG);
    assert_due(&client, 900, EIO_HEARTBEAT_PONG);
    assert_int_equal(eio_heartbeat_due(&client, 5000), EIO_HEARTBEAT_PONG);
    eio_heartbeat_resume(&client, 5000);
    assert_due(&client, 6000, EIO_HEARTBEAT_DEAD);
}

static void paused_client_of_revision_3_pings_on(void **state)
{
    struct eio_heartbeat client = started(EIO_REVISION_3, EIO_HEARTBEAT_CLIENT);

    (void)state;
    assert_due(&client, 600, EIO_HEARTBEAT_PING);
    eio_heartbeat_pause(&client, 700);
    assert_due(&client, 1300, EIO_HEARTBEAT_PING);
    assert_due(&client, 1900, EIO_HEARTBEAT_PING);
    eio_heartbeat_resume(&client, 2000);
    assert_due(&client, 2500, EIO_HEARTBEAT_PING);
    assert_due(&client, 2900, EIO_HEARTBEAT_DEAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_of_revision_4_waits_for_pings),
        cmocka_unit_test(client_of_revision_3_pings_after_each_pong),
        cmocka_unit_test(client_of_revision_3_takes_any_packet_as_life),
        cmocka_unit_test(server_of_revision_4_pings_and_wants_pongs),
        cmocka_unit_test(server_of_revision_3_drops_the_silent),
        cmocka_unit_test(asks_before_it_gives_up),
        cmocka_unit_test(paused_client_of_revision_4_sends_pongs_unasked),
        cmocka_unit_test(paused_client_of_revision_3_pings_on),
    };

    return cmocka_run_group_tests_name("session/eio_heartbeat", tests, NULL,
                                       NULL);
}
