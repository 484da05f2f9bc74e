#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The library as its users meet it: installs it into an empty folder, compiles
# each header alone and the manual's examples against it through pkg-config
# (shared and static, as C and as C++ where there is a C++ compiler), and runs
# them: clients against our server, a server against our client.
# Usage: library.sh BUILD
set -eu
build=$1
cc=${CC:-cc}
make=${MAKE:-make}
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "check-library: $1" >&2
    exit 1
}

"$make" -s BUILD="$build" PREFIX="$work/usr" install
sockfeed=$work/usr/bin/sockfeed
export PKG_CONFIG_PATH="$work/usr/lib/pkgconfig"
export LD_LIBRARY_PATH="$work/usr/lib"

# stand_alone COMPILER...: each header says what it needs.
stand_alone() {
    for header in sockfeed.h $(cd "$work/usr/include" && echo sockfeed/*.h); do
        echo "#include <$header>" |
            "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
                -I"$work/usr/include" - || fail "$header needs another"
    done
}

# The example of a page as a reader would copy it.
# Flags are words.
# shellcheck disable=SC2046,SC2086
compile() {
    sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "man/$1.3" |
        sed '/^\./d; s/\\e/\\/g' >"$work/$1.c"
    $cc -std=c11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS-} \
        -o "$work/$1.shared" "$work/$1.c" \
        $(pkg-config --cflags --libs sockfeed)
    $cc -std=c11 ${CFLAGS-} -o "$work/$1.static" "$work/$1.c" \
        $(pkg-config --cflags sockfeed) "$work/usr/lib/libsockfeed.a" \
        $(pkg-config --libs-only-l --static sockfeed | sed 's/-lsockfeed//')
    if [ "$kinds" != "shared static" ]; then
        cp "$work/$1.c" "$work/$1.cc"
        c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS-} \
            -o "$work/$1.plus" "$work/$1.cc" \
            $(pkg-config --cflags --libs sockfeed)
    fi
}

# A capture of one event, served once.
cat >"$work/capture" <<'EOF_CAPTURE'
{"t":1,"conn":1,"dir":"in","op":"text","data":"0{\"sid\":\"a\"}"}
{"t":2,"conn":1,"dir":"in","op":"text","data":"42[\"price\",0.10,9007199254740993]"}
EOF_CAPTURE

check_client() {
    mkfifo "$work/said"
    "$sockfeed" serve --once "$work/capture" 2>"$work/said" &
    server=$!
    read -r line <"$work/said"
    "$work/$1" "${line##* }" >"$work/out" 2>"$work/err" || :
    wait "$server" || :
    server=
    rm "$work/said"
    [ "$(cat "$work/out")" = 0.10,9007199254740993 ] ||
        fail "$1 printed: $(cat "$work/out" "$work/err")"
}

check_server() {
    mkfifo "$work/said"
    "$work/$1" >"$work/said" &
    server=$!
    read -r url <"$work/said"
    "$sockfeed" -q -m 60 -n 1 -e hello "$url" >"$work/out" || :
    "$sockfeed" -q -m 60 -n 1 -e 'price 0.10' "http${url#ws}" >>"$work/out" || :
    kill "$server"
    { wait "$server" || :; } 2>/dev/null
    server=
    rm "$work/said"
    [ "$(cat "$work/out")" = 'hello
["price",0.10]' ] || fail "$1 sent back: $(cat "$work/out")"
}

# shellcheck disable=SC2086
stand_alone $cc -std=c11 -x c
kinds="shared static"
if command -v c++ >/dev/null 2>&1; then
    stand_alone c++ -std=c++11 -x c++
    kinds="$kinds plus"
fi
for page in sockfeed sockfeed_loop sockfeed_server; do
    compile "$page"
    for kind in $kinds; do
        case $page in
        sockfeed_server) check_server "$page.$kind" ;;
        *) check_client "$page.$kind" ;;
        esac
    done
done

"$make" -s BUILD="$build" PREFIX="$work/usr" uninstall
left=$(find "$work/usr" ! -type d)
[ -z "$left" ] || fail "uninstall leaves: $left"
