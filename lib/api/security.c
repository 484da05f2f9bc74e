/* SPDX-License-Identifier: MIT */
#include "api/security.h"

#include "api/client_options.h"
#include "net/tls_config.h"

/* NULL where it was never set. */
static const char *text(const struct sockfeed_options *options,
                        enum sockfeed_option option)
{
    return client_options_text(options, option).data;
}

enum sockfeed_result security_check(struct sockfeed_options *options)
{
    if (text(options, SOCKFEED_OPTION_CERTIFICATE) != NULL) {
        return SOCKFEED_OK;
    }
    if (text(options, SOCKFEED_OPTION_KEY) != NULL) {
        return client_options_refuse(options,
                                     "a key is given, and no certificate");
    }
    if (text(options, SOCKFEED_OPTION_KEY_PASSWORD) != NULL) {
        return client_options_refuse(
            options, "a pass phrase is given, and no certificate");
    }
    return SOCKFEED_OK;
}

bool security_is_personal(const struct sockfeed_options *options)
{
    return text(options, SOCKFEED_OPTION_CERTIFICATE) != NULL ||
           text(options, SOCKFEED_OPTION_SERVER_NAME) != NULL;
}

/* What holds for every server. */
static struct tls_options options_for_all(
    const struct sockfeed_options *options)
{
    return (struct tls_options){
        .ca_file = text(options, SOCKFEED_OPTION_CA_FILE),
        .ca_directory = text(options, SOCKFEED_OPTION_CA_DIRECTORY),
        .ciphers = text(options, SOCKFEED_OPTION_CIPHERS),
        .pinned_key = text(options, SOCKFEED_OPTION_PINNED_KEY),
        .key_log = text(options, SOCKFEED_OPTION_TLS_KEY_LOG),
        .only_13 =
            client_options_number(options, SOCKFEED_OPTION_TLS_VERSION) == 13,
        .insecure =
            client_options_number(options, SOCKFEED_OPTION_INSECURE) != 0,
    };
}

enum sockfeed_result security_new(struct tls_config **tls,
                                  const struct sockfeed_options *options,
                                  struct sockfeed_failure *failure)
{
    struct tls_options config = options_for_all(options);

    config.server_name = text(options, SOCKFEED_OPTION_SERVER_NAME);
    config.identity.certificate = text(options, SOCKFEED_OPTION_CERTIFICATE);
    config.identity.key = text(options, SOCKFEED_OPTION_KEY);
    config.identity.password = text(options, SOCKFEED_OPTION_KEY_PASSWORD);
    return tls_config_new(tls, &config, failure);
}

enum sockfeed_result security_new_for_foreign(
    struct tls_config **tls, const struct sockfeed_options *options,
    struct sockfeed_failure *failure)
{
    const struct tls_options config = options_for_all(options);

    return tls_config_new(tls, &config, failure);
}

enum sockfeed_result security_new_for_proxy(
    struct tls_config **tls, const struct sockfeed_options *options,
    struct sockfeed_failure *failure)
{
    const struct tls_options config = {
        .ca_file = text(options, SOCKFEED_OPTION_CA_FILE),
        .ca_directory = text(options, SOCKFEED_OPTION_CA_DIRECTORY),
        .key_log = text(options, SOCKFEED_OPTION_TLS_KEY_LOG),
        .insecure =
            client_options_number(options, SOCKFEED_OPTION_INSECURE) != 0,
    };

    return tls_config_new(tls, &config, failure);
}
