/* SPDX-License-Identifier: MIT */
#include "session/eio_upgrade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_packet(const struct eio_upgrade *upgrade, const char *text)
{
    assert_true(span_equal(eio_upgrade_packet(upgrade), span_text(text)));
}

/* An upgrade that is to be given up at 100, in this state. */
static struct eio_upgrade in_state(enum eio_upgrade_state state)
{
    struct eio_upgrade upgrade;

    eio_upgrade_start(&upgrade, 100);
    if (state >= EIO_UPGRADE_PROBING) {
        eio_upgrade_sent(&upgrade);
    }
    if (state >= EIO_UPGRADE_PAUSING) {
        eio_upgrade_received(&upgrade, false, span_text("3probe"));
    }
    if (state >= EIO_UPGRADE_DONE) {
        eio_upgrade_sent(&upgrade);
    }
    assert_int_equal(upgrade.state, state);
    return upgrade;
}

static void probes_pauses_and_moves(void **state)
{
    struct eio_upgrade upgrade;

    (void)state;
    eio_upgrade_start(&upgrade, 100);
    assert_packet(&upgrade, "2probe");
    eio_upgrade_sent(&upgrade);
    assert_int_equal(upgrade.state, EIO_UPGRADE_PROBING);
    assert_packet(&upgrade, NULL);
    eio_upgrade_received(&upgrade, false, span_text("3probe"));
    assert_int_equal(upgrade.state, EIO_UPGRADE_PAUSING);
    assert_packet(&upgrade, "5");
    eio_upgrade_sent(&upgrade);
    assert_int_equal(upgrade.state, EIO_UPGRADE_DONE);
    assert_packet(&upgrade, NULL);
}

static void fails_by_any_other_answer(void **state)
{
    static const char *const answers[] = {
        "", "3", "3prob", "3probe ", "2probe", "42[\"x\"]", "6", "1"};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct eio_upgrade upgrade = in_state(EIO_UPGRADE_PROBING);

        eio_upgrade_received(&upgrade, false, span_text(answers[i]));
        assert_int_equal(upgrade.state, EIO_UPGRADE_FAILED);
        assert_non_null(upgrade.reason);
    }
}

static void fails_by_bytes_that_look_like_the_answer(void **state)
{
    struct eio_upgrade upgrade = in_state(EIO_UPGRADE_PROBING);

    (void)state;
    eio_upgrade_received(&upgrade, true, span_text("3probe"));
    assert_int_equal(upgrade.state, EIO_UPGRADE_FAILED);
}

static void fails_by_what_comes_before_its_time(void **state)
{
    struct eio_upgrade early = in_state(EIO_UPGRADE_OPENING);
    struct eio_upgrade late = in_state(EIO_UPGRADE_PAUSING);

    (void)state;
    eio_upgrade_received(&early, false, span_text("3probe"));
    assert_int_equal(early.state, EIO_UPGRADE_FAILED);
    eio_upgrade_received(&late, false, span_text("3probe"));
    assert_int_equal(late.state, EIO_UPGRADE_FAILED);
}

static void is_given_up_at_its_deadline_in_every_state(void **state)
{
    (void)state;
    for (unsigned i = EIO_UPGRADE_OPENING; i < EIO_UPGRADE_DONE; i++) {
        struct eio_upgrade upgrade = in_state((enum eio_upgrade_state)i);

        eio_upgrade_tick(&upgrade, 99);
        assert_int_equal(upgrade.state, i);
        eio_upgrade_tick(&upgrade, 100);
        assert_int_equal(upgrade.state, EIO_UPGRADE_FAILED);
        assert_string_equal(upgrade.reason, "time ran out");
    }
}

static void stays_what_it_is_once_it_is_over(void **state)
{
    struct eio_upgrade done = in_state(EIO_UPGRADE_DONE);
    struct eio_upgrade failed = in_state(EIO_UPGRADE_PROBING);

    (void)state;
    eio_upgrade_received(&done, false, span_text("42[\"x\"]"));
    eio_upgrade_fail(&done, "late");
    eio_upgrade_tick(&done, 1000);
    assert_int_equal(done.state, EIO_UPGRADE_DONE);
    eio_upgrade_fail(&failed, "first");
    eio_upgrade_fail(&failed, "second");
    eio_upgrade_received(&failed, false, span_text("3probe"));
    eio_upgrade_sent(&failed);
    assert_int_equal(failed.state, EIO_UPGRADE_FAILED);
    assert_string_equal(failed.reason, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_pauses_and_moves),
        cmocka_unit_test(fails_by_any_other_answer),
        cmocka_unit_test(fails_by_bytes_that_look_like_the_answer),
        cmocka_unit_test(fails_by_what_comes_before_its_time),
        cmocka_unit_test(is_given_up_at_its_deadline_in_every_state),
        cmocka_unit_test(stays_what_it_is_once_it_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
