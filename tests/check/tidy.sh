#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What .clang-tidy asks for. Includes of other libraries come by CPPFLAGS.

set -eu
. "$(dirname "$0")/files.sh"

# Words of CPPFLAGS, and each name that xargs brings, are arguments.
# shellcheck disable=SC2016
files 'lib/*.c' 'cli/*.c' | xargs -P "$(nproc)" -n 4 sh -c '
    clang-tidy --quiet "$@" -- -std=c11 -D_POSIX_C_SOURCE=200809L \
        -Ilib/include -Ilib -I. ${CPPFLAGS:-} 2>/dev/null' tidy
