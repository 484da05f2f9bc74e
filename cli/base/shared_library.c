/* SPDX-License-Identifier: MIT */
#include "cli/base/shared_library.h"

#include <dlfcn.h>
#include <string.h>

void *shared_library_open(const char *name)
{
    return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

void shared_library_close(void *library)
{
    if (library != NULL) {
        (void)dlclose(library);
    }
}

/* ISO C knows no way from dlsym's answer to a function but by its bytes. */
bool shared_library_find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);

    memcpy(function, &found, sizeof found);
    return found != NULL;
}
