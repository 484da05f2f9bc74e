#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Installs what is missing to build (`deps.sh build`), to test as well
# (`deps.sh test`), to test with real proxies as well (`deps.sh network`), to
# lint and fuzz as well (`deps.sh dev`), to run it for a day in a minute
# (`deps.sh soak`), or to measure (`deps.sh bench`). Silent when nothing is
# missing. Packages are named as Debian and Ubuntu name them.

set -eu

missing=

# A command that must be there, and the package that brings it.
command_from()
{
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# A library that pkg-config must know, and the package that brings it.
library_from()
{
    "${PKG_CONFIG:-pkg-config}" --exists "$1" 2>/dev/null ||
        missing="$missing $2"
}

# A library that is there but too old, which no package mends.
at_least()
{
    found=$("${PKG_CONFIG:-pkg-config}" --modversion "$1" 2>/dev/null) ||
        return 0
    "${PKG_CONFIG:-pkg-config}" --atleast-version="$2" "$1" || {
        echo "deps.sh: $1 $found is too old, $2 is needed:" \
            "Debian 12, Ubuntu 24.04 and later have it" >&2
        exit 1
    }
}

versions()
{
    at_least libwebsockets 4.1
    at_least libssl 3.0
}

build()
{
    command_from make make
    command_from "${CC:-cc}" gcc
    # gcc alone brings no C library headers.
    [ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"
    command_from "${PKG_CONFIG:-pkg-config}" pkg-config
    library_from libwebsockets libwebsockets-dev
    library_from libssl libssl-dev
    library_from libcjson libcjson-dev
    library_from libpcre2-8 libpcre2-dev
    library_from zlib zlib1g-dev
    # Its header; the library is loaded where lines are typed.
    library_from libedit libedit-dev
    # Its headers; the library itself comes with them.
    library_from libzstd libzstd-dev
}

tests()
{
    library_from cmocka libcmocka-dev
    command_from node nodejs
    command_from npm npm
    command_from openssl openssl
    command_from stunnel4 stunnel4
    command_from mandoc mandoc
    command_from zstd zstd
    command_from script bsdutils
}

# Daemons that some systems start once they are installed: not for a developer's
# own machine. Theirs are in sbin.
network()
{
    PATH=$PATH:/usr/sbin:/sbin
    command_from tinyproxy tinyproxy-bin
    command_from squid squid
    command_from danted dante-server
    command_from iptables iptables
    command_from ip iproute2
}

# clang may be there without the libraries its sanitizers need.
has_fuzzer()
{
    echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer,address -x c -o /dev/null - 2>/dev/null
}

develop()
{
    command_from git git
    command_from clang clang
    command_from clang-tidy clang-tidy
    command_from clang-format clang-format
    command_from shellcheck shellcheck
    has_fuzzer || missing="$missing libclang-rt-dev"
}

# Clocks that run faster.
soak()
{
    command_from faketime faketime
}

# Peers to measure against.
bench()
{
    command_from node nodejs
    command_from npm npm
    command_from "${CXX:-c++}" g++
    command_from valgrind valgrind
    [ -e /usr/include/boost/beast.hpp ] || missing="$missing libboost-dev"
    [ -e /usr/include/wslay/wslay.h ] || missing="$missing libwslay-dev"
    # Debian's package is for Debian's python3, which need not be the first.
    /usr/bin/python3 -c 'import websockets' 2>/dev/null ||
        missing="$missing python3-websockets"
    /usr/bin/python3 -c 'import socketio, aiohttp' 2>/dev/null ||
        missing="$missing python3-socketio python3-aiohttp"
}

is_root()
{
    [ "$(id -u)" -eq 0 ]
}

can_install()
{
    command -v apt-get >/dev/null 2>&1 &&
        { is_root || command -v sudo >/dev/null 2>&1; }
}

as_root()
{
    if is_root; then
        "$@"
    else
        sudo "$@"
    fi
}

# Quiet, but with apt's own words when it fails.
apt()
{
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q \
        -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1; then
        status=1
        [ -n "${quiet:-}" ] || cat "$log" >&2
    else
        status=0
    fi
    rm -f "$log"
    return $status
}

known()
{
    for package in $missing; do
        apt-cache show "$package" >/dev/null 2>&1 || return 1
    done
}

install()
{
    # shellcheck disable=SC2086 # a list of words
    apt install --no-install-recommends $missing
}

case ${1:-} in
build)
    build
    ;;
test)
    build
    tests
    ;;
network)
    build
    tests
    network
    ;;
dev)
    build
    tests
    develop
    ;;
soak)
    build
    tests
    soak
    ;;
bench)
    build
    bench
    ;;
*)
    echo "usage: $0 build|test|network|dev|soak|bench" >&2
    exit 2
    ;;
esac

[ -n "$missing" ] || {
    versions
    exit 0
}

if ! can_install; then
    echo "deps.sh: please install what Debian calls:$missing" >&2
    exit 1
fi

echo "installing:$missing" >&2
# Package lists may be absent, or so old that their files are gone.
if ! known || ! (quiet=1 && install); then
    apt update
    install
fi
versions
