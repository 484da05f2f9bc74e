#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the tests beside it in a network of their own, which has a loopback
# interface and nothing else: what they drop and listen on is nobody else's.
# Nor is the memory that squid shares with the whole machine by its name.
# SOCKFEED is the program.

set -eu
cd "$(dirname "$0")/../.."

# Where daemons are, which is not on every user's path.
PATH=$PATH:/usr/sbin:/sbin

map=
[ "$(id -u)" -eq 0 ] || map=--map-root-user

# shellcheck disable=SC2016 # for the shell inside
# shellcheck disable=SC2086 # nothing, or one word
exec unshare $map --net --mount sh -eu -c '
    mount -t tmpfs none /dev/shm
    ip link set lo up
    exec node --test --test-reporter=spec --test-concurrency=1 \
        tests/network/*.test.mjs'
