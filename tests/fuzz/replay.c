/* SPDX-License-Identifier: MIT */
/*
 * Stands in for libFuzzer where only known inputs are run: each argument is
 * a file, or a folder whose files are taken. So corpora and old crashes are
 * replayed by any compiler in every run of the tests.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    INPUT_MAX = 4 * 1024 * 1024,
    PATH_SIZE = 4096
};

static unsigned inputs_run;

/* The input is copied to a block of its exact size, so that a sanitizer sees
 * a read past its end. */
static void run_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);

    if (exact == NULL) {
        perror("replay");
        exit(1);
    }
    memcpy(exact, bytes, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs_run++;
}

static void run_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size = fread(bytes, 1, sizeof bytes, file);
    if (ferror(file) || !feof(file)) {
        fprintf(stderr, "%s: cannot be read whole\n", path);
        exit(1);
    }
    (void)fclose(file);
    run_bytes(bytes, size);
}

/* False when the path is no folder. */
static int run_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char name[PATH_SIZE];

    if (folder == NULL) {
        return 0;
    }
    for (entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        if ((size_t)snprintf(name, sizeof name, "%s/%s", path, entry->d_name) >=
            sizeof name) {
            fprintf(stderr, "%s: %s\n", path, strerror(ENAMETOOLONG));
            exit(1);
        }
        run_file(name);
    }
    (void)closedir(folder);
    return 1;
}

int main(int argc, char **argv)
{
    run_bytes((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        if (!run_folder(argv[i])) {
            run_file(argv[i]);
        }
    }
    printf("%s: %u inputs\n", argv[0], inputs_run);
    return 0;
}
