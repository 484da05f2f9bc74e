#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The project needs nothing but itself and public packages: no file names a
# place on the machine where it was written, or where its packages came from.

set -eu
. "$(dirname "$0")/files.sh"

# This folder has the rule itself, and bad examples.
report "$(files ':!tests/check/*' | xargs grep -nIE \
    '\.\./shared|(^|[^A-Za-z0-9_.:/-])/(home|root|work|Users)/|"resolved":|file://' \
    /dev/null | sed 's|^\([^:]*:[0-9]*\):|\1: a place outside the project: |')"
