/* SPDX-License-Identifier: MIT */
#include "cli/files/file_finisher.h"

#include "base/limits.h"
#include "base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    TEXT_SIZE = 512
};

struct job {
    struct list link; /* in the list of its state */
    int descriptor;   /* owned */
    char *part;       /* owned, and `path` with it */
    char *path;
    char failure[TEXT_SIZE]; /* empty: it went well */
};

/* Shared with the thread; the fields down from `mutex` only under it. */
struct file_finisher {
    struct sockfeed_watch *watch; /* of `wake` */
    int wake;                     /* an eventfd, readable while some failed */
    file_finisher_failed failed;
    void *user;
    pthread_t thread;
    bool running;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct list waiting;
    size_t waiting_count; /* at most LIMIT_FILES_UNFINISHED */
    struct list failures;
    bool over; /* no more files come */
};

static void job_free(struct job *job)
{
    (void)close(job->descriptor);
    free(job->part);
    free(job);
}

/* ---- In the thread ------------------------------------------------------ */

/* Where a folder cannot be synchronised there is nothing to be done. */
static void synchronise_folder(char *path)
{
    char *slash = strrchr(path, '/');
    int folder;

    if (slash != NULL) {
        *slash = '\0';
    }
    folder = open(slash == NULL   ? "."
                  : slash == path ? "/"
                                  : path,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (slash != NULL) {
        *slash = '/';
    }
    if (folder >= 0) {
        (void)fsync(folder);
        (void)close(folder);
    }
}

/* A link never takes the place of another file, as a new name would; some
 * file systems have none. */
static bool give_name(const struct job *job)
{
    if (link(job->part, job->path) == 0) {
        return unlink(job->part) == 0;
    }
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) {
        return false;
    }
    if (access(job->path, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(job->part, job->path) == 0;
}

static void finish(struct job *job)
{
    if (fsync(job->descriptor) != 0 || !give_name(job)) {
        (void)snprintf(job->failure, sizeof job->failure,
                       "%.400s: cannot be completed: %s", job->part,
                       strerror(errno));
        return;
    }
    synchronise_folder(job->path);
}

static struct job *first_job(struct list *list)
{
    return list->next == list ? NULL : LIST_ENTRY(list->next, struct job, link);
}

/* Waits for the next job, which is taken out; NULL: there is none to come. */
static struct job *take_job(struct file_finisher *finisher)
{
    struct job *job = first_job(&finisher->waiting);

    while (job == NULL && !finisher->over) {
        (void)pthread_cond_wait(&finisher->changed, &finisher->mutex);
        job = first_job(&finisher->waiting);
    }
    if (job != NULL) {
        list_remove(&job->link);
        finisher->waiting_count--;
        (void)pthread_cond_broadcast(&finisher->changed);
    }
    return job;
}

static void *work(void *user)
{
    struct file_finisher *finisher = user;
    const uint64_t one = 1;
    struct job *job;

    (void)pthread_mutex_lock(&finisher->mutex);
    for (job = take_job(finisher); job != NULL; job = take_job(finisher)) {
        (void)pthread_mutex_unlock(&finisher->mutex);
        finish(job);
        if (job->failure[0] == '\0') {
            job_free(job);
            job = NULL;
        }
        (void)pthread_mutex_lock(&finisher->mutex);
        if (job != NULL) {
            list_append(&finisher->failures, &job->link);
            (void)!write(finisher->wake, &one, sizeof one);
        }
    }
    (void)pthread_mutex_unlock(&finisher->mutex);
    return NULL;
}

/* ---- In the loop -------------------------------------------------------- */

static struct job *take_failure(struct file_finisher *finisher)
{
    struct job *job;

    (void)pthread_mutex_lock(&finisher->mutex);
    job = first_job(&finisher->failures);
    if (job != NULL) {
        list_remove(&job->link);
    }
    (void)pthread_mutex_unlock(&finisher->mutex);
    return job;
}

static void tell_failures(struct file_finisher *finisher)
{
    struct job *job;

    for (job = take_failure(finisher); job != NULL;
         job = take_failure(finisher)) {
        finisher->failed(finisher->user, job->failure);
        job_free(job);
    }
}

static void on_wake(void *user, unsigned ready)
{
    struct file_finisher *finisher = user;
    uint64_t count;

    (void)ready;
    (void)!read(finisher->wake, &count, sizeof count);
    tell_failures(finisher);
}

enum sockfeed_result file_finisher_new(struct file_finisher **finisher,
                                       struct sockfeed_loop *loop,
                                       file_finisher_failed failed, void *user)
{
    struct file_finisher *created = calloc(1, sizeof *created);
    enum sockfeed_result result = SOCKFEED_SYSTEM;

    *finisher = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->failed = failed;
    created->user = user;
    list_init(&created->waiting);
    list_init(&created->failures);
    (void)pthread_mutex_init(&created->mutex, NULL);
    (void)pthread_cond_init(&created->changed, NULL);
    created->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (created->wake >= 0) {
        result = sockfeed_watch_new(&created->watch, loop, created->wake,
                                    SOCKFEED_READABLE, on_wake, created);
    }
    if (result == SOCKFEED_OK) {
        created->running =
            pthread_create(&created->thread, NULL, work, created) == 0;
        result = created->running ? SOCKFEED_OK : SOCKFEED_SYSTEM;
    }
    if (result != SOCKFEED_OK) {
        file_finisher_free(created);
        return result;
    }
    *finisher = created;
    return SOCKFEED_OK;
}

void file_finisher_free(struct file_finisher *finisher)
{
    if (finisher == NULL) {
        return;
    }
    if (finisher->running) {
        (void)pthread_mutex_lock(&finisher->mutex);
        finisher->over = true;
        (void)pthread_cond_broadcast(&finisher->changed);
        (void)pthread_mutex_unlock(&finisher->mutex);
        (void)pthread_join(finisher->thread, NULL);
    }
    tell_failures(finisher);
    sockfeed_watch_free(finisher->watch);
    if (finisher->wake >= 0) {
        (void)close(finisher->wake);
    }
    (void)pthread_cond_destroy(&finisher->changed);
    (void)pthread_mutex_destroy(&finisher->mutex);
    free(finisher);
}

static struct job *job_new(int descriptor, const char *part, const char *path)
{
    size_t part_size = strlen(part) + 1;
    size_t path_size = strlen(path) + 1;
    struct job *job = calloc(1, sizeof *job);

    if (job == NULL) {
        (void)close(descriptor);
        return NULL;
    }
    job->descriptor = descriptor;
    job->part = malloc(part_size + path_size);
    if (job->part == NULL) {
        job_free(job);
        return NULL;
    }
    job->path = job->part + part_size;
    memcpy(job->part, part, part_size);
    memcpy(job->path, path, path_size);
    return job;
}

enum sockfeed_result file_finisher_add(struct file_finisher *finisher,
                                       int descriptor, const char *part,
                                       const char *path)
{
    struct job *job = job_new(descriptor, part, path);

    if (job == NULL) {
        return SOCKFEED_NOMEM;
    }
    (void)pthread_mutex_lock(&finisher->mutex);
    while (finisher->waiting_count == LIMIT_FILES_UNFINISHED) {
        (void)pthread_cond_wait(&finisher->changed, &finisher->mutex);
    }
    list_append(&finisher->waiting, &job->link);
    finisher->waiting_count++;
    (void)pthread_cond_broadcast(&finisher->changed);
    (void)pthread_mutex_unlock(&finisher->mutex);
    return SOCKFEED_OK;
}
