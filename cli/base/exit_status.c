/* SPDX-License-Identifier: MIT */
#include "cli/base/exit_status.h"

enum exit_status exit_status_of(enum sockfeed_result result)
{
    static const struct {
        enum sockfeed_result result;
        enum exit_status status;
    } table[] = {
        {SOCKFEED_OK,              EXIT_STATUS_DONE           },
        {SOCKFEED_NOMEM,           EXIT_STATUS_MEMORY         },
        {SOCKFEED_INVALID,         EXIT_STATUS_USAGE          },
        {SOCKFEED_RESOLVE,         EXIT_STATUS_RESOLVE        },
        {SOCKFEED_CONNECT,         EXIT_STATUS_CONNECT        },
        {SOCKFEED_TIMEOUT,         EXIT_STATUS_TIMEOUT        },
        {SOCKFEED_TLS,             EXIT_STATUS_TLS            },
        {SOCKFEED_CERTIFICATE,     EXIT_STATUS_CERTIFICATE    },
        {SOCKFEED_CA_FILE,         EXIT_STATUS_CA_FILE        },
        {SOCKFEED_OWN_CERTIFICATE, EXIT_STATUS_OWN_CERTIFICATE},
        {SOCKFEED_PIN,             EXIT_STATUS_PIN            },
        {SOCKFEED_REFUSED,         EXIT_STATUS_REFUSED        },
        {SOCKFEED_PROTOCOL,        EXIT_STATUS_PROTOCOL       },
        {SOCKFEED_TOO_LARGE,       EXIT_STATUS_TOO_LARGE      },
        {SOCKFEED_NAMESPACE,       EXIT_STATUS_NAMESPACE      },
        {SOCKFEED_LOST,            EXIT_STATUS_LOST           },
        {SOCKFEED_CLOSED,          EXIT_STATUS_LOST           },
        {SOCKFEED_PROXY_NAME,      EXIT_STATUS_PROXY_NAME     },
        {SOCKFEED_PROXY,           EXIT_STATUS_PROXY          },
        {SOCKFEED_INTERFACE,       EXIT_STATUS_INTERFACE      },
        {SOCKFEED_REDIRECTS,       EXIT_STATUS_REDIRECTS      },
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].result == result) {
            return table[i].status;
        }
    }
    return EXIT_STATUS_UNEXPECTED;
}
