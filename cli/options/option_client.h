/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_CLIENT_H
#define CLI_OPTIONS_OPTION_CLIENT_H

#include "cli/options/option_table.h"

/*
 * Setters of options that are the library's: each makes of the value what
 * option->client takes, and what the library says against it is the error.
 */
option_setter option_client_text;
option_setter option_client_flag;    /* 1 */
option_setter option_client_no;      /* 0: a flag that is set by default */
option_setter option_client_choice;  /* one of option->choices */
option_setter option_client_count;   /* as it is */
option_setter option_client_rate;    /* at least 1 */
option_setter option_client_seconds; /* in ms */
option_setter option_client_delay;   /* the same, above 0 */
option_setter option_client_connect_timeout; /* of commands too */
option_setter option_client_permille;        /* a fraction in thousandths */

/* --cookie: a value without `=` is the name of a file of cookies. */
option_setter option_client_cookie;

/* --max-message, which bounds what --inflate makes as well. */
option_setter option_client_max_message;

#endif
