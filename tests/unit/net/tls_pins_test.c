/* SPDX-License-Identifier: MIT */
#include "net/tls_pins.h"

#include "base/base64.h"
#include "base/limits.h"
#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PIN_TEXT = sizeof "sha256//" + 44
};

static struct certificate certificate;
static char pin[PIN_TEXT];
static const char other[] =
    "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

static int set_up(void **state)
{
    const struct certificate_wish wish = {"Feed", "DNS:feed.example", 0, 86400,
                                          NULL};
    unsigned char digest[32];
    unsigned char *der = NULL;
    int size;

    (void)state;
    certificate = certificate_make(&wish);
    size = i2d_PUBKEY(certificate.key, &der);
    assert_true(size > 0);
    assert_int_equal(
        EVP_Digest(der, (size_t)size, digest, NULL, EVP_sha256(), NULL), 1);
    OPENSSL_free(der);
    (void)snprintf(pin, sizeof pin, "sha256//");
    base64_encode(pin + 8, span_of((const char *)digest, sizeof digest));
    pin[PIN_TEXT - 1] = '\0';
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    certificate_free(&certificate);
    return 0;
}

static enum sockfeed_result check(const char *text,
                                  struct sockfeed_failure *failure)
{
    struct tls_pins pins = {.at = NULL};
    enum sockfeed_result result = tls_pins_parse(&pins, text, failure);

    if (result == SOCKFEED_OK) {
        result = tls_pins_check(&pins, certificate.x509, failure);
    }
    tls_pins_deinit(&pins);
    return result;
}

static void without_pins_every_key_will_do(void **state)
{
    struct sockfeed_failure failure;

    (void)state;
    assert_int_equal(check(NULL, &failure), SOCKFEED_OK);
}

static void one_of_the_pins_has_to_be_the_key(void **state)
{
    struct sockfeed_failure failure;
    char text[3 * PIN_TEXT];

    (void)state;
    assert_int_equal(check(pin, &failure), SOCKFEED_OK);
    (void)snprintf(text, sizeof text, "%s;%s", other, pin);
    assert_int_equal(check(text, &failure), SOCKFEED_OK);
    (void)snprintf(text, sizeof text, "%s;", pin);
    assert_int_equal(check(text, &failure), SOCKFEED_OK);
    assert_int_equal(check(other, &failure), SOCKFEED_PIN);
    assert_int_equal(failure.stage, SOCKFEED_STAGE_TLS);
    assert_non_null(strstr(failure.text, pin));
}

static void a_server_without_a_certificate_has_no_key(void **state)
{
    struct tls_pins pins = {.at = NULL};
    struct sockfeed_failure failure;

    (void)state;
    assert_int_equal(tls_pins_parse(&pins, pin, &failure), SOCKFEED_OK);
    assert_int_equal(tls_pins_check(&pins, NULL, &failure), SOCKFEED_PIN);
    tls_pins_deinit(&pins);
}

static void texts_that_are_no_pins_are_refused(void **state)
{
    static const char *const wrong[] = {
        "sha256//",
        "sha256//AAAA",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!=",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;x",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;;",
        "/nonexistent/key.pem",
        "/dev/null",
    };
    struct sockfeed_failure failure;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(check(wrong[i], &failure), SOCKFEED_INVALID);
        assert_true(failure.text[0] != '\0');
    }
}

static void there_is_a_limit_to_pins(void **state)
{
    static char text[(LIMIT_PINS + 1) * (PIN_TEXT + 1)];
    struct sockfeed_failure failure;

    (void)state;
    for (int i = 0; i < LIMIT_PINS; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s;",
                       i + 1 < LIMIT_PINS ? other : pin);
    }
    assert_int_equal(check(text, &failure), SOCKFEED_OK);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s", pin);
    assert_int_equal(check(text, &failure), SOCKFEED_INVALID);
}

static void a_file_holds_a_key(void **state)
{
    char path[] = "/tmp/sockfeed-pins-test-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    struct sockfeed_failure failure;

    (void)state;
    assert_non_null(file);
    assert_int_equal(PEM_write_PUBKEY(file, certificate.key), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(check(path, &failure), SOCKFEED_OK);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_pins_every_key_will_do),
        cmocka_unit_test(one_of_the_pins_has_to_be_the_key),
        cmocka_unit_test(a_server_without_a_certificate_has_no_key),
        cmocka_unit_test(texts_that_are_no_pins_are_refused),
        cmocka_unit_test(there_is_a_limit_to_pins),
        cmocka_unit_test(a_file_holds_a_key),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
