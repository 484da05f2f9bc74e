/* SPDX-License-Identifier: MIT */
#include "cli/base/term.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool term_is_terminal(int descriptor)
{
    return isatty(descriptor) == 1;
}

bool term_is_dumb(void)
{
    const char *terminal = getenv("TERM");

    return terminal == NULL || terminal[0] == '\0' ||
           strcmp(terminal, "dumb") == 0;
}

bool term_no_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return (no_color != NULL && no_color[0] != '\0') ||
           (terminal != NULL && strcmp(terminal, "dumb") == 0);
}
