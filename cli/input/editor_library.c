/* SPDX-License-Identifier: MIT */
#include "cli/input/editor_library.h"

#include <dlfcn.h>
#include <string.h>

/* A function's address is an object's to dlsym (POSIX). */
static bool look_up(const struct editor_library *library, void *to,
                    const char *name)
{
    void *found = dlsym(library->handle, name);

    memcpy(to, &found, sizeof found);
    return found != NULL;
}

bool editor_library_load(struct editor_library *library)
{
    library->handle = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) {
        library->handle = dlopen("libedit.so.0", RTLD_NOW | RTLD_LOCAL);
    }
    return library->handle != NULL &&
           look_up(library, &library->init, "el_init") &&
           look_up(library, &library->end, "el_end") &&
           look_up(library, &library->gets, "el_gets") &&
           look_up(library, &library->set, "el_set") &&
           look_up(library, &library->get, "el_get") &&
           look_up(library, &library->insert, "el_insertstr") &&
           look_up(library, &library->line, "el_line") &&
           look_up(library, &library->resize, "el_resize") &&
           look_up(library, &library->history_init, "history_init") &&
           look_up(library, &library->history_end, "history_end") &&
           look_up(library, &library->history, "history");
}
