/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTION_MESSAGE_H
#define CLI_OPTION_MESSAGE_H

#include "cli/option_table.h"

/*
 * Setters of options that give MESSAGEs; their field is a struct
 * given_messages. Whether these can be understood is seen when the protocol
 * is known.
 */
option_setter option_message;      /* one */
option_setter option_message_file; /* one a line of a file */

/* What is done about acknowledgements: a span that is a JSON array, a uint64_t
 * from 1. */
option_setter option_message_ack;
option_setter option_message_retries;

#endif
