/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SIO_SCENE_H
#define TESTS_SUPPORT_SIO_SCENE_H

#include "base/buf.h"
#include "session/sio_session.h"

/* A session whose effects are written down, one to a line. */
struct sio_scene {
    struct sio_session *session;
    struct sio_session_config config;
    struct buf log;
    int64_t now;
    const char *free_on; /* the effect in which the session is freed */
    enum sockfeed_result send_result;
    bool refuse_binary; /* sending that answers FULL */
};

/* Open packets of a server that may be of either revision, and of one that can
 * only be of Engine.IO 4. Their times are 6 and 4 seconds. */
extern const char SIO_SCENE_OPEN[];
extern const char SIO_SCENE_OPEN_4[];

/* The namespaces "/" and "/admin". */
extern const struct span SIO_SCENE_SPACES[2];

extern const struct sio_session_handlers SIO_SCENE_HANDLERS;

/* A scene with what most tests start from: the root namespace. Change the
 * configuration, then start. */
void sio_scene_prepare(struct sio_scene *scene, enum eio_revision asked);
void sio_scene_want(struct sio_scene *scene, const struct span *spaces,
                    size_t count);
void sio_scene_start(struct sio_scene *scene);

/* Scenes that start with the server's open packet of Engine.IO 4; and with the
 * root namespace joined and an empty log. */
void sio_scene_open(struct sio_scene *scene);
void sio_scene_join(struct sio_scene *scene);

void sio_scene_finish(struct sio_scene *scene);

enum sockfeed_result sio_scene_receive(struct sio_scene *scene,
                                       const char *frame);
enum sockfeed_result sio_scene_receive_binary(struct sio_scene *scene,
                                              const char *frame);

/* Receives what must be right. */
void sio_scene_take(struct sio_scene *scene, const char *frame);

/* Moves the clock to the deadline, which is `at`, and lets it pass. */
enum sockfeed_result sio_scene_pass(struct sio_scene *scene, int64_t at);

/* What has happened since the last time. */
void sio_scene_assert_log(struct sio_scene *scene, const char *wanted);

/* It is over by this failure, whose text has the words. */
void sio_scene_assert_failed(const struct sio_scene *scene,
                             enum sockfeed_result result, const char *text);

#endif
