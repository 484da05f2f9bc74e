/* SPDX-License-Identifier: MIT */
#include "cli/hint.h"

#include <stddef.h>

const char *hint_for(const struct sockfeed_failure *failure)
{
    switch (failure->cause) {
    case SOCKFEED_CAUSE_OTHER:
    case SOCKFEED_CAUSE_TLS_VERSION: /* no older one is safe to use */
        break;
    case SOCKFEED_CAUSE_SELF_SIGNED:
        return "--cacert FILE trusts it, --pinnedpubkey its key, -k anybody";
    case SOCKFEED_CAUSE_UNKNOWN_ISSUER:
        return "--cacert FILE trusts that issuer, -k anybody";
    case SOCKFEED_CAUSE_NO_AUTHORITIES:
        return "the package ca-certificates has one, or --cacert FILE names it";
    case SOCKFEED_CAUSE_EXPIRED:
    case SOCKFEED_CAUSE_NOT_YET_VALID:
        return "is the clock of this machine right?";
    case SOCKFEED_CAUSE_WRONG_HOST:
        return "--servername NAME, if it is the right server";
    case SOCKFEED_CAUSE_NO_IDENTITY:
        return "--cert FILE and --key FILE show one";
    case SOCKFEED_CAUSE_IDENTITY:
        return "is it the right --cert, and has it not expired?";
    case SOCKFEED_CAUSE_NO_TLS:
        return "is it http:// or ws://?";
    case SOCKFEED_CAUSE_TLS_WANTED:
    case SOCKFEED_CAUSE_UNANSWERED:
        return "is it https:// or wss://?";
    case SOCKFEED_CAUSE_REDIRECT:
        return "--location follows it";
    case SOCKFEED_CAUSE_KEY_ENCRYPTED:
        return "--pass PHRASE or --pass @FILE opens it";
    case SOCKFEED_CAUSE_NO_ENGINE_IO:
        return "is it a plain WebSocket: ws:// or wss://?";
    }
    return failure->result == SOCKFEED_TOO_LARGE
               ? "--max-message SIZE accepts larger ones"
               : NULL;
}
