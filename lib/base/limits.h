/* SPDX-License-Identifier: MIT */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include "sockfeed/message.h"

/*
 * The ceilings of everything that grows, each with its reason. Options of the
 * user's own (--max-message, --buffer) have only their defaults here. Bytes
 * unless the name says otherwise.
 */
enum {
    /* -- What a user gives -- */
    LIMIT_URL = 65536,           /* longer than any server takes as a target */
    LIMIT_OUTGOING = 16777216,   /* one message sent */
    LIMIT_UNSENT = 16777216,     /* given to send while not connected */
    LIMIT_SEND_QUEUE = 67108864, /* not yet out: the two of these, framed */
    LIMIT_SUBSCRIPTIONS = 16777216, /* all subscriptions of a client */
    LIMIT_RATE = 100000,       /* messages in any second: more is no limit */
    LIMIT_CONNECTIONS = 4096,  /* of one program; descriptors end before */
    LIMIT_HEARTBEATS = 16,     /* messages sent by the clock on a connection */
    LIMIT_PROFILE = 1048576,   /* a file of options */
    LIMIT_PROFILE_NESTING = 8, /* such files, one in the other */
    LIMIT_COMMAND_OUTPUT = 65536, /* of --auth-command: headers, a payload */
    LIMIT_COMMAND_ERRORS = 4096,  /* what it says when it fails */
    LIMIT_POINTER = 4096,         /* one JSON Pointer, and so its parts */
    LIMIT_POINTERS = 256,         /* of one set: the columns of a line */

    /* -- HTTP -- */
    LIMIT_HTTP_HEAD = 65536,      /* a whole response head; servers send < 8K */
    LIMIT_HTTP_HEADERS = 128,     /* header lines of a response */
    LIMIT_HTTP_BODY = 4096,       /* of a refusal: one line of it is shown */
    LIMIT_COOKIE = 4096,          /* name and value (RFC 6265, 6.1) */
    LIMIT_COOKIES = 64,           /* of one client; 50 must do (likewise) */
    LIMIT_HTTP_REQUEST = 1048576, /* its head; no server takes a tenth of it */
    LIMIT_REDIRECTS = 10,         /* one after the other */

    /* -- WebSocket -- */
    LIMIT_MESSAGE = 16777216, /* default of --max-message */
    LIMIT_FRAGMENTS = 65536,  /* fragments of one message */
    LIMIT_PONGS = 2048,       /* waiting: then the latest stands for all */

    /* -- Engine.IO and Socket.IO -- */
    LIMIT_SID = 1024, /* sid, pid, offset */
    LIMIT_NAMESPACE = 1024,
    LIMIT_EVENT_NAME = 1024,
    LIMIT_NAMESPACES = 256,         /* namespaces of one connection */
    LIMIT_ATTACHMENTS = 10,         /* default of --max-attachments */
    LIMIT_ATTACHMENTS_MOST = 65536, /* that it can be set to: 16 B each */
    LIMIT_EARLY_EVENTS = 1048576,   /* kept for a namespace not yet connected */
    LIMIT_JSON_DEPTH = 512,
    LIMIT_ACK_DIGITS = 16,         /* up to 2^53 - 1 */
    LIMIT_ACKS = 4096,             /* waited for at a time */
    LIMIT_HEARTBEAT_MS = 86400000, /* pingInterval and pingTimeout, one day */

    /* -- Receive buffer of a connection -- */
    LIMIT_RECEIVE_FIRST = 16384,
    /* One read; a larger message grows it. Twice as much, with what is made of
     * it, does not stay in the processor's cache. */
    LIMIT_RECEIVE_READ = 131072,
    LIMIT_RECEIVE_PAD = SOCKFEED_PADDING, /* readable bytes past the end */
    LIMIT_TLS_READ = 65536,    /* taken off a socket at once: four records */
    LIMIT_READS_PER_TURN = 16, /* then timers and others have their turn */

    /* -- Serving -- */
    LIMIT_PEERS = 1024,          /* clients at a time, unless asked for more */
    LIMIT_PEER_QUEUE = 67108864, /* waiting for one that reads slowly */
    LIMIT_RESPONDER_PEERS = 64,  /* who ask for figures at a time */
    LIMIT_RESPONDER_PATH = 1024, /* no path of ours is that long */
    LIMIT_RESPONDER_ANSWER = 1048576, /* many times what there is to say */
    LIMIT_CAPTURE_LINE = 67108864,    /* one frame, escaped */
    LIMIT_CAPTURE_CONNECTIONS = 256,  /* followed at a time */
    LIMIT_REPLAY_ANSWERS = 4096,   /* acknowledgements kept to be given again */
    LIMIT_REPLAY_BYTES = 67108864, /* of these; of what a client has sent */
    LIMIT_REPLAY_WAITING = 4096,   /* messages and answers of one client */

    /* -- Connecting -- */
    LIMIT_ADDRESSES = 32,       /* addresses of one name that are tried */
    LIMIT_RESOLVER_THREADS = 8, /* lookups at a time */
    LIMIT_TLS_SESSIONS = 8,     /* kept to be resumed; servers send two */
    LIMIT_PINS = 64,            /* public keys of one server */
    LIMIT_CIPHERS = 16384,      /* their names, as the user lists them */

    /* -- Output of the program -- */
    LIMIT_DIAGNOSTIC = 1048576,    /* a record, the trace of a frame */
    LIMIT_OUTPUT_QUEUE = 67108864, /* default of --buffer */
    LIMIT_OUTPUT_BLOCK = 262144,   /* collected for one write */
    LIMIT_FILE_BLOCK = 262144,     /* collected for a file before a write */
    LIMIT_FILES_UNFINISHED = 64,   /* rotated and not yet on a slow disk */
    LIMIT_TEMPLATE = 65536,        /* -f, after its escapes */
    LIMIT_ANSWERS = 67108864,      /* kept until those before them are there */
    LIMIT_UNIQUE_VALUES = 524288,  /* of --unique, in a minute: 25 MB */
    LIMIT_SEQUENCE_KEYS = 65536,   /* of --sequence kept apart: 10 MB */
    LIMIT_LATEST_KEYS = 65536,     /* values of --latest kept apart */
    LIMIT_REGEX_STEPS = 1000000,   /* of one match: a tenth of a second */
    LIMIT_REGEX_STACK = 1048576,   /* of one match */
    LIMIT_REGEX_STACK_FIRST = 32768,
    LIMIT_REGEX_LITERAL = 256,   /* looked for before the pattern */
    LIMIT_REGEX_GROUP_NAME = 32, /* PCRE2's own */
};

#endif
