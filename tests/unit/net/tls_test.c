/* SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include "tests/support/certificate.h"
#include "tests/support/loopback.h"
#include "tests/support/tls_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    DAY = 86400,
    PATIENCE_MS = 20000,
    BULK = 1000000
};

/* The trusted issuer, in memory and as the file that --cacert would name. */
static struct certificate authority;
static char authority_file[] = "/tmp/sockfeed-tls-test-XXXXXX";

static int set_up_group(void **state)
{
    const struct certificate_wish wish = {"Test Authority", NULL, -DAY, DAY,
                                          NULL};

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    authority = certificate_make(&wish);
    certificate_write(&authority, authority_file);
    return 0;
}

static int tear_down_group(void **state)
{
    (void)state;
    certificate_free(&authority);
    return unlink(authority_file);
}

static struct certificate issue(const char *alternatives)
{
    const struct certificate_wish wish = {"Feed", alternatives, -DAY, DAY,
                                          &authority};

    return certificate_make(&wish);
}

/* -- A client that waits for its socket by hand -- */

struct client {
    int socket;
    struct tls_config *config;
    struct tls *tls;
    struct sockfeed_failure failure;
};

static void wait_for(const struct client *client, unsigned wanted)
{
    struct pollfd set = {.fd = client->socket};

    assert_int_not_equal(wanted, 0);
    set.events = (short)((wanted & SOCKFEED_READABLE) != 0 ? POLLIN : POLLOUT);
    assert_int_equal(poll(&set, 1, PATIENCE_MS), 1);
}

static enum sockfeed_result go_on_shaking(struct client *client)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    while (result == SOCKFEED_AGAIN) {
        unsigned wanted = 0;

        result = tls_handshake(client->tls, &wanted, &client->failure);
        if (result == SOCKFEED_AGAIN) {
            wait_for(client, wanted);
        }
    }
    return result;
}

static enum sockfeed_result shake_hands(struct client *client, uint16_t port,
                                        const char *host,
                                        const struct tls_options *options)
{
    struct address address = loopback_address(port);

    *client = (struct client){.socket = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(connect(client->socket, &address.u.any, address.size), 0);
    assert_int_equal(fcntl(client->socket, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(tls_config_new(&client->config, options, &client->failure),
                     SOCKFEED_OK);
    assert_int_equal(tls_new(&client->tls, client->config, client->socket, host,
                             &client->failure),
                     SOCKFEED_OK);
    return go_on_shaking(client);
}

static void hang_up(struct client *client)
{
    tls_free(client->tls);
    tls_config_free(client->config);
    close(client->socket);
}

static enum sockfeed_result read_all(struct client *client, char *data,
                                     size_t size, size_t *got)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *got = 0;
    while (result == SOCKFEED_OK || result == SOCKFEED_AGAIN) {
        unsigned wanted = 0;
        size_t done = 0;

        result = tls_read(client->tls, data + *got, size - *got, &done, &wanted,
                          &client->failure);
        *got += done;
        if (result == SOCKFEED_AGAIN) {
            wait_for(client, wanted);
        }
    }
    return result;
}

/* -- Server scripts -- */

static void do_nothing(SSL *ssl, void *user)
{
    (void)ssl;
    (void)user;
}

static void say_goodbye(SSL *ssl, void *user)
{
    (void)user;
    (void)SSL_write(ssl, "hello", 5);
    (void)SSL_shutdown(ssl);
}

static void just_leave(SSL *ssl, void *user)
{
    (void)user;
    (void)SSL_write(ssl, "hello", 5);
}

/* -- Trust -- */

static const struct tls_options trusting_file = {.ca_file = authority_file};

/* Shakes hands with a server that has this certificate, takes the failure,
 * and frees all. */
static struct sockfeed_failure meet(struct certificate *certificate,
                                    const char *host,
                                    const struct tls_options *options)
{
    struct client client;
    uint16_t port;
    struct tls_server *server =
        tls_server_start(certificate, TLS1_3_VERSION, &port, do_nothing, NULL);
    enum sockfeed_result result = shake_hands(&client, port, host, options);

    assert_int_equal(client.failure.result, result);
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(certificate);
    return client.failure;
}

static void assert_refused(struct certificate certificate, const char *host,
                           const char *text)
{
    struct sockfeed_failure failure = meet(&certificate, host, &trusting_file);

    assert_string_equal(failure.text, text);
    assert_int_equal(failure.result, SOCKFEED_CERTIFICATE);
    assert_int_equal(failure.stage, SOCKFEED_STAGE_TLS);
}

static void assert_accepted(struct certificate certificate, const char *host,
                            const struct tls_options *options)
{
    struct sockfeed_failure failure = meet(&certificate, host, options);

    assert_string_equal(failure.text, "");
    assert_int_equal(failure.result, SOCKFEED_OK);
}

static void accepts_a_certificate_for_the_host_name(void **state)
{
    (void)state;
    assert_accepted(issue("DNS:feed.example"), "feed.example", &trusting_file);
    assert_accepted(issue("DNS:*.feeds.example"), "a.feeds.example.",
                    &trusting_file);
}

static void accepts_a_certificate_for_the_address(void **state)
{
    (void)state;
    assert_accepted(issue("IP:127.0.0.1"), "127.0.0.1", &trusting_file);
    assert_accepted(issue("IP:::1"), "::1", &trusting_file);
}

static void refuses_a_certificate_for_another_host(void **state)
{
    (void)state;
    assert_refused(issue("DNS:example.org,DNS:www.example.org"), "example.com",
                   "certificate is for example.org, www.example.org, "
                   "not example.com");
    assert_refused(issue("DNS:a,DNS:b,DNS:c,DNS:d,DNS:e"), "f",
                   "certificate is for a, b, c and 2 more, not f");
    assert_refused(issue("DNS:f*.example"), "feed.example",
                   "certificate is for f*.example, not feed.example");
}

static void refuses_a_certificate_for_another_address(void **state)
{
    (void)state;
    assert_refused(issue("IP:127.0.0.2,IP:::2"), "127.0.0.1",
                   "certificate is for 127.0.0.2, ::2, not 127.0.0.1");
    /* A name that looks like the address is no proof of it. */
    assert_refused(issue("DNS:127.0.0.1"), "127.0.0.1",
                   "certificate is for 127.0.0.1, not 127.0.0.1");
}

static void says_when_a_certificate_expired(void **state)
{
    const struct certificate_wish wish = {"Feed", "DNS:feed.example",
                                          -30L * DAY, -10L * DAY, &authority};
    struct certificate certificate = certificate_make(&wish);
    struct tm date = {0};
    char expected[64];

    (void)state;
    assert_int_equal(
        ASN1_TIME_to_tm(X509_get0_notAfter(certificate.x509), &date), 1);
    (void)strftime(expected, sizeof(expected),
                   "certificate expired on %Y-%m-%d", &date);
    assert_refused(certificate, "feed.example", expected);
}

static void says_from_when_a_certificate_is_valid(void **state)
{
    const struct certificate_wish wish = {"Feed", "DNS:feed.example", 10L * DAY,
                                          30L * DAY, &authority};
    struct certificate certificate = certificate_make(&wish);
    struct tm date = {0};
    char expected[64];

    (void)state;
    assert_int_equal(
        ASN1_TIME_to_tm(X509_get0_notBefore(certificate.x509), &date), 1);
    (void)strftime(expected, sizeof(expected),
                   "certificate is not valid before %Y-%m-%d", &date);
    assert_refused(certificate, "feed.example", expected);
}

static void refuses_a_self_signed_certificate(void **state)
{
    const struct certificate_wish wish = {"Feed", "DNS:feed.example", -DAY, DAY,
                                          NULL};

    (void)state;
    assert_refused(certificate_make(&wish), "feed.example",
                   "self-signed certificate");
}

static void names_an_unknown_issuer(void **state)
{
    const struct certificate_wish root = {"Nobody \x1b[31mKnows", NULL, -DAY,
                                          DAY, NULL};
    struct certificate issuer = certificate_make(&root);
    const struct certificate_wish wish = {"Feed", "DNS:feed.example", -DAY, DAY,
                                          &issuer};

    (void)state;
    assert_refused(certificate_make(&wish), "feed.example",
                   "certificate of an unknown issuer: "
                   "CN=Nobody \\1B[31mKnows");
    certificate_free(&issuer);
}

static void trusts_a_certificate_that_the_file_itself_holds(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    char path[] = "/tmp/sockfeed-tls-test-XXXXXX";
    const struct tls_options options = {.ca_file = path};

    (void)state;
    certificate_write(&certificate, path);
    assert_accepted(certificate, "feed.example", &options);
    (void)unlink(path);
}

static void insecure_accepts_anything(void **state)
{
    const struct certificate_wish wish = {"Feed", "DNS:other", -2L * DAY, -DAY,
                                          NULL};
    const struct tls_options options = {.insecure = true};

    (void)state;
    assert_accepted(certificate_make(&wish), "feed.example", &options);
}

/* The system's trust, moved elsewhere by OpenSSL's own variables. */
static void meet_with_system(const char *directory, const char *file,
                             enum sockfeed_result expected)
{
    const struct tls_options options = {.insecure = false};
    struct certificate certificate = issue("DNS:feed.example");
    struct sockfeed_failure failure;

    assert_int_equal(setenv("SSL_CERT_DIR", directory, 1), 0);
    assert_int_equal(setenv("SSL_CERT_FILE", file, 1), 0);
    failure = meet(&certificate, "feed.example", &options);
    assert_int_equal(failure.result, expected);
    (void)unsetenv("SSL_CERT_DIR");
    (void)unsetenv("SSL_CERT_FILE");
}

static void finds_an_issuer_in_the_bundle(void **state)
{
    (void)state;
    meet_with_system("/nonexistent", authority_file, SOCKFEED_OK);
    meet_with_system("/nonexistent", "/nonexistent", SOCKFEED_CERTIFICATE);
}

static void finds_an_issuer_in_the_hashed_directory(void **state)
{
    char directory[] = "/tmp/sockfeed-tls-test-XXXXXX";
    char link[128];

    (void)state;
    assert_non_null(mkdtemp(directory));
    (void)snprintf(link, sizeof(link), "%s/%08lx.0", directory,
                   X509_subject_name_hash(authority.x509));
    assert_int_equal(symlink(authority_file, link), 0);
    meet_with_system(directory, "/nonexistent", SOCKFEED_OK);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(rmdir(directory), 0);
}

static void refuses_a_ca_file_that_cannot_be_used(void **state)
{
    const struct tls_options missing = {.ca_file = "/nonexistent/ca.pem"};
    const struct tls_options empty = {.ca_file = "/dev/null"};
    struct tls_config *config;
    struct sockfeed_failure failure;

    (void)state;
    assert_int_equal(tls_config_new(&config, &missing, &failure),
                     SOCKFEED_CA_FILE);
    assert_string_equal(
        failure.text, "CA file /nonexistent/ca.pem: no such file or directory");
    assert_int_equal(tls_config_new(&config, &empty, &failure),
                     SOCKFEED_CA_FILE);
    assert_string_equal(failure.text, "CA file /dev/null: no certificate in "
                                      "PEM form in it");
    assert_null(config);
}

static void refuses_to_go_without_a_host_name(void **state)
{
    const struct tls_options options = {.insecure = false};
    struct tls_config *config;
    struct tls *tls;
    struct sockfeed_failure failure;

    (void)state;
    assert_int_equal(tls_config_new(&config, &options, &failure), SOCKFEED_OK);
    assert_int_equal(tls_new(&tls, config, 0, "", &failure), SOCKFEED_TLS);
    assert_int_equal(tls_new(&tls, config, 0, ".", &failure), SOCKFEED_TLS);
    tls_config_free(config);
}

/* -- Servers that do not speak our TLS -- */

static void says_that_a_server_is_too_old(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    struct client client;
    uint16_t port;
    struct tls_server *server =
        tls_server_start(&certificate, TLS1_1_VERSION, &port, do_nothing, NULL);

    (void)state;
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_TLS);
    assert_string_equal(client.failure.text,
                        "the server speaks neither TLS 1.2 nor 1.3");
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
}

/* Answers the ClientHello with these bytes and closes. */
struct plain_answer {
    int listener;
    const char *bytes;
    size_t size;
};

static void *answer_plainly(void *user)
{
    const struct plain_answer *answer = user;
    struct pollfd set = {.fd = answer->listener, .events = POLLIN};
    char hello[4096];
    int connection;

    if (poll(&set, 1, PATIENCE_MS) != 1) {
        abort();
    }
    connection = accept(answer->listener, NULL, NULL);
    if (recv(connection, hello, sizeof(hello), 0) <= 0 ||
        send(connection, answer->bytes, answer->size, MSG_NOSIGNAL) < 0) {
        abort();
    }
    /* What is still unread when it is closed would take the answer back. */
    (void)shutdown(connection, SHUT_WR);
    while (recv(connection, hello, sizeof(hello), 0) > 0) {
        /* The rest of the ClientHello, or an alert. */
    }
    (void)close(connection);
    return NULL;
}

static void assert_no_tls(const char *bytes, size_t size, const char *text)
{
    struct plain_answer answer = {.bytes = bytes, .size = size};
    struct client client;
    pthread_t thread;
    uint16_t port;

    answer.listener = loopback_listen(&port);
    assert_int_equal(pthread_create(&thread, NULL, answer_plainly, &answer), 0);
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_TLS);
    assert_string_equal(client.failure.text, text);
    hang_up(&client);
    (void)pthread_join(thread, NULL);
    close(answer.listener);
}

static void says_that_a_server_does_not_speak_tls(void **state)
{
    (void)state;
    assert_no_tls("HTTP/1.1 400 Bad Request\r\n\r\n", 28,
                  "the server does not speak TLS on this port");
}

static void tells_an_alert_and_an_end_during_the_handshake(void **state)
{
    (void)state;
    /* Fatal (2), handshake_failure (40), in a record of two bytes. */
    assert_no_tls("\x15\x03\x03\x00\x02\x02\x28", 7,
                  "the server has no cipher or no kind of key in common: "
                  "handshake failure");
    /* internal_error (80) */
    assert_no_tls("\x15\x03\x03\x00\x02\x02\x50", 7,
                  "the server sent a TLS alert: internal error");
    assert_no_tls("\x15\x03\x03\x01\x02", 5, /* cut short */
                  "the server closed the connection during the TLS "
                  "handshake");
}

/* -- Bytes -- */

static enum sockfeed_result read_from(tls_server_script script,
                                      const char *expected, char text[512])
{
    struct certificate certificate = issue("DNS:feed.example");
    struct client client;
    char data[64];
    size_t got;
    uint16_t port;
    struct tls_server *server =
        tls_server_start(&certificate, TLS1_3_VERSION, &port, script, NULL);
    enum sockfeed_result result;

    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_OK);
    result = read_all(&client, data, sizeof(data), &got);
    assert_int_equal(got, strlen(expected));
    assert_memory_equal(data, expected, got);
    (void)snprintf(text, 512, "%s", client.failure.text);
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
    return result;
}

static void tells_a_goodbye_from_a_lost_connection(void **state)
{
    char text[512];

    (void)state;
    assert_int_equal(read_from(say_goodbye, "hello", text), SOCKFEED_CLOSED);
    assert_string_equal(text, "the server closed the connection");
    assert_int_equal(read_from(just_leave, "hello", text), SOCKFEED_LOST);
    assert_string_equal(text, "the connection ended without warning");
}

static void writing_to_a_peer_that_has_gone_raises_no_signal(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    enum sockfeed_result result = SOCKFEED_OK;
    struct client client;
    uint16_t port;
    struct tls_server *server =
        tls_server_start(&certificate, TLS1_3_VERSION, &port, just_leave, NULL);

    (void)state;
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_OK);
    tls_server_finish(server);
    (void)signal(SIGPIPE, SIG_DFL);
    /* Its answer to the first is a reset; a broken pipe is what comes then. */
    while (result == SOCKFEED_OK) {
        unsigned wanted = 0;
        size_t done = 0;

        result =
            tls_write(client.tls, "hello", 5, &done, &wanted, &client.failure);
    }
    assert_int_equal(result, SOCKFEED_LOST);
    assert_int_equal(send(client.socket, "", 1, MSG_NOSIGNAL), -1);
    assert_int_equal(errno, EPIPE);
    (void)signal(SIGPIPE, SIG_IGN);
    hang_up(&client);
    certificate_free(&certificate);
}

/* Sends back all of BULK bytes that it gets. */
static void echo(SSL *ssl, void *user)
{
    static char data[BULK];
    size_t got = 0;

    (void)user;
    while (got < BULK) {
        int count = SSL_read(ssl, data + got, (int)(BULK - got));

        if (count <= 0) {
            return;
        }
        got += (size_t)count;
    }
    (void)SSL_write(ssl, data, BULK);
    (void)SSL_shutdown(ssl);
}

/* Sends all of BULK, and holds what comes back against it. */
static void assert_echo(struct client *client)
{
    static char sent[BULK];
    static char received[BULK + 1];
    size_t put = 0;
    size_t got;

    for (size_t i = 0; i < BULK; i++) {
        sent[i] = (char)(i * 31 >> 3);
    }
    while (put < BULK) {
        unsigned wanted = 0;
        size_t done = 0;
        enum sockfeed_result result =
            tls_write(client->tls, sent + put, BULK - put, &done, &wanted,
                      &client->failure);

        put += done;
        if (result == SOCKFEED_AGAIN) {
            wait_for(client, wanted);
        } else {
            assert_int_equal(result, SOCKFEED_OK);
        }
    }
    assert_int_equal(read_all(client, received, sizeof(received), &got),
                     SOCKFEED_CLOSED);
    assert_int_equal(got, BULK);
    assert_memory_equal(received, sent, BULK);
    tls_close(client->tls);
}

static void carries_many_records_both_ways(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    struct client client;
    uint16_t port;
    struct tls_server *server =
        tls_server_start(&certificate, TLS1_3_VERSION, &port, echo, NULL);
    char text[512];

    (void)state;
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_OK);
    tls_describe(client.tls, text, sizeof(text));
    assert_non_null(strstr(text, "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate "
                                 "of CN=Feed, issued by CN=Test Authority"));
    assert_echo(&client);
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
}

/* Asks for fresh keys of the client too, and goes on with its own (RFC 8446,
 * 4.6.3): a read of the client has to write. */
static void echo_with_new_keys(SSL *ssl, void *user)
{
    if (SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 &&
        SSL_do_handshake(ssl) == 1) {
        echo(ssl, user);
    }
}

static void goes_on_with_new_keys(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    struct client client;
    uint16_t port;
    struct tls_server *server = tls_server_start(
        &certificate, TLS1_3_VERSION, &port, echo_with_new_keys, NULL);

    (void)state;
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_OK);
    assert_echo(&client);
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
}

/* HelloRequest, which TLS 1.3 no longer has. */
static void ask_to_renegotiate(SSL *ssl, void *user)
{
    (void)user;
    (void)SSL_write(ssl, "before", 6);
    (void)SSL_renegotiate(ssl);
    (void)SSL_do_handshake(ssl);
    (void)SSL_write(ssl, "after", 5);
    (void)SSL_shutdown(ssl);
}

static void renegotiation_is_declined_and_nothing_lost(void **state)
{
    struct certificate certificate = issue("DNS:feed.example");
    struct client client;
    char data[64];
    size_t got;
    uint16_t port;
    struct tls_server *server = tls_server_start(
        &certificate, TLS1_2_VERSION, &port, ask_to_renegotiate, NULL);

    (void)state;
    assert_int_equal(shake_hands(&client, port, "feed.example", &trusting_file),
                     SOCKFEED_OK);
    assert_int_equal(read_all(&client, data, sizeof(data), &got),
                     SOCKFEED_CLOSED);
    assert_int_equal(got, 11);
    assert_memory_equal(data, "beforeafter", 11);
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
}

/* -- TLS within TLS, as behind a proxy -- */

/* The server's end of the inner one, with fresh keys in both. */
static void echo_inside(SSL *outer, void *user)
{
    SSL *inner = SSL_new(SSL_get_SSL_CTX(outer));
    BIO *bio = BIO_new(BIO_f_ssl());

    if (inner == NULL || bio == NULL) {
        abort();
    }
    (void)BIO_set_ssl(bio, outer, BIO_NOCLOSE);
    SSL_set_bio(inner, bio, bio);
    if (SSL_accept(inner) == 1 &&
        SSL_key_update(outer, SSL_KEY_UPDATE_REQUESTED) == 1) {
        echo_with_new_keys(inner, user);
    }
    SSL_free(inner);
    (void)SSL_shutdown(outer);
}

/* The handshake of the inner one, with a host whose certificate is that of the
 * outer, and an echo where that succeeds. */
static void check_inside(const char *alternatives,
                         enum sockfeed_result expected, const char *text)
{
    struct certificate certificate = issue(alternatives);
    struct client client;
    struct tls *outer;
    uint16_t port;
    struct tls_server *server = tls_server_start(&certificate, TLS1_3_VERSION,
                                                 &port, echo_inside, NULL);

    assert_int_equal(
        shake_hands(&client, port, "proxy.example", &trusting_file),
        SOCKFEED_OK);
    outer = client.tls;
    assert_int_equal(tls_new_inside(&client.tls, client.config, outer,
                                    "feed.example", &client.failure),
                     SOCKFEED_OK);
    assert_int_equal(go_on_shaking(&client), expected);
    if (expected == SOCKFEED_OK) {
        assert_echo(&client);
    } else {
        assert_string_equal(client.failure.text, text);
    }
    hang_up(&client);
    tls_server_finish(server);
    certificate_free(&certificate);
}

static void runs_inside_of_another_connection(void **state)
{
    (void)state;
    check_inside("DNS:feed.example,DNS:proxy.example", SOCKFEED_OK, NULL);
}

static void the_inner_one_is_held_against_its_own_name(void **state)
{
    (void)state;
    check_inside("DNS:proxy.example", SOCKFEED_CERTIFICATE,
                 "certificate is for proxy.example, not feed.example");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_a_certificate_for_the_host_name),
        cmocka_unit_test(accepts_a_certificate_for_the_address),
        cmocka_unit_test(refuses_a_certificate_for_another_host),
        cmocka_unit_test(refuses_a_certificate_for_another_address),
        cmocka_unit_test(says_when_a_certificate_expired),
        cmocka_unit_test(says_from_when_a_certificate_is_valid),
        cmocka_unit_test(refuses_a_self_signed_certificate),
        cmocka_unit_test(names_an_unknown_issuer),
        cmocka_unit_test(trusts_a_certificate_that_the_file_itself_holds),
        cmocka_unit_test(insecure_accepts_anything),
        cmocka_unit_test(finds_an_issuer_in_the_bundle),
        cmocka_unit_test(finds_an_issuer_in_the_hashed_directory),
        cmocka_unit_test(refuses_a_ca_file_that_cannot_be_used),
        cmocka_unit_test(refuses_to_go_without_a_host_name),
        cmocka_unit_test(says_that_a_server_is_too_old),
        cmocka_unit_test(says_that_a_server_does_not_speak_tls),
        cmocka_unit_test(tells_an_alert_and_an_end_during_the_handshake),
        cmocka_unit_test(tells_a_goodbye_from_a_lost_connection),
        cmocka_unit_test(writing_to_a_peer_that_has_gone_raises_no_signal),
        cmocka_unit_test(carries_many_records_both_ways),
        cmocka_unit_test(goes_on_with_new_keys),
        cmocka_unit_test(renegotiation_is_declined_and_nothing_lost),
        cmocka_unit_test(runs_inside_of_another_connection),
        cmocka_unit_test(the_inner_one_is_held_against_its_own_name),
    };

    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
