/* SPDX-License-Identifier: MIT */
#include "net/tls_failure.h"

#include "base/result.h"
#include "net/system_error.h"
#include "net/tls_certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    HOSTS_SHOWN = 3
};

/* -- Verification -- */

/* CERTIFICATE, the reason and its cause. */
static void refuse(struct sockfeed_failure *failure, enum sockfeed_cause cause,
                   const char *format, ...) SOCKFEED_PRINTF(3, 4);

static void refuse(struct sockfeed_failure *failure, enum sockfeed_cause cause,
                   const char *format, ...)
{
    char text[sizeof failure->text];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)failure_set(failure, SOCKFEED_CERTIFICATE, SOCKFEED_STAGE_TLS, "%s",
                      text);
    failure->cause = cause;
}

void tls_failure_certificate(struct sockfeed_failure *failure,
                             X509_STORE_CTX *context, const char *host)
{
    int error = X509_STORE_CTX_get_error(context);
    X509 *certificate = X509_STORE_CTX_get_current_cert(context);
    char whose[TLS_CERTIFICATE_NAME + sizeof(" of issuer ")] = "";
    char name[TLS_CERTIFICATE_NAME];
    char date[TLS_CERTIFICATE_DATE];
    char hosts[2 * TLS_CERTIFICATE_NAME];

    if (certificate == NULL) {
        refuse(failure, SOCKFEED_CAUSE_OTHER, "certificate not accepted: %s",
               X509_verify_cert_error_string(error));
        return;
    }
    if (X509_STORE_CTX_get_error_depth(context) > 0) {
        tls_certificate_name(X509_get_subject_name(certificate), name,
                             sizeof(name));
        (void)snprintf(whose, sizeof(whose), " of issuer %s", name);
    }
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        refuse(failure, SOCKFEED_CAUSE_EXPIRED, "certificate%s expired on %s",
               whose,
               tls_certificate_date(X509_get0_notAfter(certificate), date));
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        refuse(failure, SOCKFEED_CAUSE_NOT_YET_VALID,
               "certificate%s is not valid before %s", whose,
               tls_certificate_date(X509_get0_notBefore(certificate), date));
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        tls_certificate_hosts(certificate, HOSTS_SHOWN, hosts, sizeof(hosts));
        refuse(failure, SOCKFEED_CAUSE_WRONG_HOST,
               "certificate is for %s, not %s", hosts, host);
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        refuse(failure, SOCKFEED_CAUSE_SELF_SIGNED, "self-signed certificate");
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        tls_certificate_name(X509_get_issuer_name(certificate), name,
                             sizeof(name));
        refuse(failure, SOCKFEED_CAUSE_UNKNOWN_ISSUER,
               "certificate of an unknown issuer: %s", name);
        break;
    default:
        refuse(failure, SOCKFEED_CAUSE_OTHER, "certificate%s not accepted: %s",
               whose, X509_verify_cert_error_string(error));
        break;
    }
}

/* -- The connection -- */

static void set_connection(struct sockfeed_failure *failure, bool handshaking,
                           const char *what, const char *detail)
{
    (void)failure_set(failure, handshaking ? SOCKFEED_TLS : SOCKFEED_LOST,
                      handshaking ? SOCKFEED_STAGE_TLS : SOCKFEED_STAGE_STREAM,
                      "%s%s%s", what, detail[0] == '\0' ? "" : ": ", detail);
}

static void set_cause(struct sockfeed_failure *failure,
                      enum sockfeed_cause cause, const char *what,
                      const char *detail)
{
    set_connection(failure, true, what, detail);
    failure->cause = cause;
}

static void set_system_error(struct sockfeed_failure *failure, bool handshaking,
                             int error)
{
    const char *when = handshaking ? "connection lost during the TLS handshake"
                                   : "connection lost";
    char text[SYSTEM_ERROR_TEXT] = "";

    if (error != 0) {
        (void)system_error_text(error, text);
    }
    set_connection(failure, handshaking, when, text);
    failure->system_error = error;
}

/* A server that gets no certificate, or none that it likes, is free in what it
 * says to that (RFC 8446, 4.4.2.4 and 6.2): any of these. */
static bool is_about_identity(int alert)
{
    switch (alert) {
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_NO_CERTIFICATE:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case TLS13_AD_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

static void set_version(struct sockfeed_failure *failure,
                        const struct tls_situation *situation)
{
    set_cause(failure, SOCKFEED_CAUSE_TLS_VERSION,
              situation->only_13 ? "the server does not speak TLS 1.3"
                                 : "the server speaks neither TLS 1.2 nor 1.3",
              "");
}

/* OpenSSL 3.0 has no words for those that came with TLS 1.3. */
static const char *alert_text(int alert)
{
    switch (alert) {
    case TLS13_AD_MISSING_EXTENSION:
        return "missing extension";
    case TLS13_AD_CERTIFICATE_REQUIRED:
        return "certificate required";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
        return "no application protocol";
    default:
        return SSL_alert_desc_string_long(alert);
    }
}

/* The server asked for a certificate of ours, and then did not go on. */
static void set_identity(struct sockfeed_failure *failure,
                         const struct tls_situation *situation,
                         const char *text)
{
    if (situation->has_identity) {
        set_cause(failure, SOCKFEED_CAUSE_IDENTITY,
                  "the server does not accept our certificate", text);
    } else {
        set_cause(failure, SOCKFEED_CAUSE_NO_IDENTITY,
                  "the server wants a client certificate", text);
    }
}

static void set_alert(struct sockfeed_failure *failure,
                      const struct tls_situation *situation, int alert)
{
    const char *text = alert_text(alert);

    if (is_about_identity(alert) && situation->asked) {
        set_identity(failure, situation, text);
    } else if (alert == SSL_AD_PROTOCOL_VERSION) {
        set_version(failure, situation);
    } else if (alert == SSL_AD_HANDSHAKE_FAILURE && situation->handshaking) {
        set_cause(failure, SOCKFEED_CAUSE_NO_CIPHER,
                  "the server has no cipher or no kind of key in common", text);
    } else if (alert == SSL_AD_UNRECOGNIZED_NAME) {
        set_connection(failure, situation->handshaking,
                       "the server does not know the host name",
                       situation->host);
    } else {
        set_connection(failure, situation->handshaking,
                       "the server sent a TLS alert", text);
    }
}

static void set_end(struct sockfeed_failure *failure,
                    const struct tls_situation *situation)
{
    if (!situation->handshaking) {
        set_connection(failure, false, "the connection ended without warning",
                       "");
    } else if (situation->asked) {
        set_identity(failure, situation, "it closed the connection");
    } else {
        set_connection(failure, true,
                       "the server closed the connection during the TLS "
                       "handshake",
                       "");
    }
}

/* False for a reason that has no words of ours. */
static bool set_reason(struct sockfeed_failure *failure,
                       const struct tls_situation *situation, int reason)
{
    switch (reason) {
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        set_end(failure, situation);
        return true;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_HTTP_REQUEST:
        if (!situation->handshaking) {
            return false;
        }
        set_cause(failure, SOCKFEED_CAUSE_NO_TLS,
                  "the server does not speak TLS on this port", "");
        return true;
    case SSL_R_UNSUPPORTED_PROTOCOL:
        set_version(failure, situation);
        return true;
    default:
        break;
    }
    if (reason <= SSL_AD_REASON_OFFSET) {
        return false;
    }
    set_alert(failure, situation, reason - SSL_AD_REASON_OFFSET);
    return true;
}

void tls_failure_connection(struct sockfeed_failure *failure,
                            const struct tls_situation *situation)
{
    int system_error = errno;
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    const char *text;

    ERR_clear_error();
    if (error == 0 || ERR_SYSTEM_ERROR(error)) {
        if (situation->handshaking && situation->asked) {
            set_identity(failure, situation, "it closed the connection");
            return;
        }
        set_system_error(failure, situation->handshaking,
                         error == 0 ? system_error : reason);
        return;
    }
    if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
        set_reason(failure, situation, reason)) {
        return;
    }
    text = ERR_reason_error_string(error);
    set_connection(failure, situation->handshaking,
                   situation->handshaking ? "TLS handshake failed"
                                          : "TLS failed",
                   text == NULL ? "unknown error" : text);
}
