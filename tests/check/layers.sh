#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each folder includes only what its floor may (layers.awk has the table).

set -eu
. "$(dirname "$0")/files.sh"

files 'lib/*.[ch]' 'cli/*.[ch]' | xargs awk -f "$check/layers.awk"
