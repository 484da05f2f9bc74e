#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Scripts are clean under shellcheck, where it is installed.

set -eu
. "$(dirname "$0")/files.sh"

command -v shellcheck >/dev/null || exit 0
files '*.sh' .ci/run | xargs -r shellcheck -x -P SCRIPTDIR
