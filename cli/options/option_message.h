/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_MESSAGE_H
#define CLI_OPTIONS_OPTION_MESSAGE_H

#include "cli/options/option_table.h"

/*
 * Setters of options that give MESSAGEs; their field is a struct
 * given_messages. Whether these can be understood is seen when the protocol
 * is known.
 */
option_setter option_message;      /* one */
option_setter option_message_file; /* one a line of a file */

option_setter option_message_await; /* a pattern between them */
option_setter option_message_beat;  /* S=MESSAGE, into heartbeats */

/* A struct output_texts: the lines of a file of --each; s/REGEX/TEXT/. */
option_setter option_message_each;
option_setter option_message_reply;

/* What is done about acknowledgements: a span that is a JSON array, a uint64_t
 * from 1. */
option_setter option_message_ack;
option_setter option_message_retries;

#endif
