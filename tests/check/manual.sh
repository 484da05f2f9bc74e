#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Manual pages are clean under mandoc, where it is installed.

set -eu
. "$(dirname "$0")/files.sh"

command -v mandoc >/dev/null || exit 0
files 'man/*.[1-9]' | xargs -r mandoc -Tlint -W warning
