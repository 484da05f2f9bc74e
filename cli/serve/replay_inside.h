/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_REPLAY_INSIDE_H
#define CLI_SERVE_REPLAY_INSIDE_H

#include "base/list.h"
#include "cli/files/recording.h"
#include "cli/serve/replay.h"
#include "cli/serve/replay_answers.h"
#include "cli/serve/replay_notes.h"

/* What replay.c, the server and who comes, replay_track.c, a way through the
 * recording and its clock, replay_peer.c, what a client gets, replay_reply.c,
 * what it asks for, and replay_strict.c, what it has to say, have in common.
 * Nobody else looks in here. */

struct replay_peer;

struct replay {
    struct sockfeed_loop *loop;
    struct sockfeed_server *server;
    struct serve_options options;
    struct replay_callbacks callbacks;
    enum sockfeed_protocol protocol; /* of the recorded session */
    struct replay_answers answers;
    struct replay_notes refused; /* namespaces, and why */
    bool closed;                 /* by the recorded server, at the end */
    uint16_t close_code;
    char close_reason[128]; /* as much as goes into a close frame */
    struct list tracks;
    struct list peers;
    unsigned peer_count; /* that have ever come */
};

/* A way through the recording: each client's own, or with --live everybody's.
 */
struct replay_track {
    struct list link; /* in replay->tracks */
    struct replay *replay;
    struct list peers; /* who goes along */
    struct sockfeed_timer *timer;
    struct recording recording;
    struct moment next; /* read and not yet done */
    bool ending;        /* there is no next one */
    bool finished;      /* everything has been done */
    bool running;       /* inside replay_track_go_on */
    bool again;         /* which is to look once more */
    int64_t started;    /* loop time of the first moment, ms */
    int64_t first_time; /* its time in the recording, ns */
    int64_t held_since; /* loop time since which a client is waited for; -1 */
};

struct replay_peer {
    struct list link; /* in replay->peers */
    struct list track_link;
    struct replay *replay;
    struct replay_track *track;
    struct sockfeed_peer *socket;
    enum sockfeed_protocol protocol; /* that the client speaks */
    unsigned number;
    bool over;     /* it is being closed */
    bool differed; /* from what was recorded, with --strict */
    struct replay_answers_used used;
    struct list pending;         /* answers whose time has not come */
    struct replay_notes spaces;  /* joined */
    struct replay_notes inbox;   /* --strict: what it has sent */
    struct replay_notes calls;   /* --strict: ids, recorded and our own */
    struct replay_notes answers; /* --strict: that it has given */
};

/* What became of a moment with a client. */
enum replay_progress {
    REPLAY_DONE,
    REPLAY_WAITS, /* for the client */
    REPLAY_OVER,  /* the client is being closed */
};

/* ---- Tracks -------------------------------------------------------------- */

/* Gives one that has not begun. INVALID: told; NOMEM. */
enum sockfeed_result replay_track_new(struct replay_track **track,
                                      struct replay *replay) SOCKFEED_CHECK;
void replay_track_free(struct replay_track *track);

/* Begins, if it has not; does what is due, then waits for the clock or for a
 * client. Legal inside of itself. */
void replay_track_go_on(struct replay_track *track);

/* ---- Peers --------------------------------------------------------------- */

struct replay_peer *replay_peer_new(struct replay *replay,
                                    struct sockfeed_peer *socket,
                                    enum sockfeed_protocol protocol);
void replay_peer_free(struct replay_peer *peer);

void replay_peer_joined(struct replay_peer *peer, const char *space);
void replay_peer_left(struct replay_peer *peer, const char *space);
bool replay_peer_is_in(const struct replay_peer *peer, struct span space);

/* What the client has sent. */
void replay_peer_received(struct replay_peer *peer,
                          const struct sockfeed_message *message);

/* Does a moment; `late`: it has been waited for long enough. */
enum replay_progress replay_peer_do(struct replay_peer *peer,
                                    const struct moment *moment, bool late);

/* Closes it, for a reason that is told too, unless NULL. */
void replay_peer_end(struct replay_peer *peer, uint16_t code,
                     const char *reason, const char *told);

/* ---- Acknowledgements ----------------------------------------------------- */

/* Answers a message that asks for it, now or when its time has come. */
void replay_reply_to(struct replay_peer *peer,
                     const struct sockfeed_message *message);

/* Drops what has not been given yet. */
void replay_reply_drop(struct replay_peer *peer);

/* ---- --strict ------------------------------------------------------------- */

/* Keeps what a client has said until it is asked for. */
void replay_strict_keep(struct replay_peer *peer,
                        const struct replay_note *note);

/* A moment of the recorded client's, or an answer for it. */
enum replay_progress replay_strict_do(struct replay_peer *peer,
                                      const struct moment *moment, bool late);

/* At the end nothing may be left of what it has sent. */
void replay_strict_finish(struct replay_peer *peer);

#endif
