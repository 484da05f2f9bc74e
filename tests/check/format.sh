#!/bin/sh
# SPDX-License-Identifier: MIT
#
# C is laid out as clang-format 14 does it (`make fmt`).

set -eu
. "$(dirname "$0")/files.sh"

files '*.c' '*.h' | xargs clang-format --dry-run --Werror
