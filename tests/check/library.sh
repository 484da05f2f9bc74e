#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The library as its users meet it: installs it into an empty folder, compiles
# each header alone and the manual's example against it through pkg-config (shared and static, as C
# and as C++ where there is a C++ compiler), and runs it against a server.
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
export PKG_CONFIG_PATH="$work/usr/lib/pkgconfig"
export LD_LIBRARY_PATH="$work/usr/lib"

# The example as a reader would copy it from the page.
sed -n '/^\.Bd -literal$/,/^\.Ed$/p' man/sockfeed.3 |
    sed '/^\./d; s/\\e/\\/g' >"$work/example.c"
cp "$work/example.c" "$work/example.cc"

# Flags are words.
# shellcheck disable=SC2046,SC2086
$cc -std=c11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS-} -o "$work/shared" \
    "$work/example.c" $(pkg-config --cflags --libs sockfeed)
# shellcheck disable=SC2046,SC2086
$cc -std=c11 ${CFLAGS-} -o "$work/static" "$work/example.c" \
    $(pkg-config --cflags sockfeed) "$work/usr/lib/libsockfeed.a" \
    $(pkg-config --libs-only-l --static sockfeed | sed 's/-lsockfeed//')
# Each header stands on its own.
stand_alone() {
    for header in "$work"/usr/include/sockfeed.h "$work"/usr/include/sockfeed/*.h; do
        echo "#include <${header#"$work"/usr/include/}>" |
            "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
                -I"$work/usr/include" - || fail "$header needs another"
    done
}
# shellcheck disable=SC2086
stand_alone $cc -std=c11 -x c
programs="shared static"
if command -v c++ >/dev/null 2>&1; then
    # shellcheck disable=SC2046,SC2086
    c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS-} \
        -o "$work/plus" "$work/example.cc" \
        $(pkg-config --cflags --libs sockfeed)
    stand_alone c++ -std=c++11 -x c++
    programs="$programs plus"
fi

# A capture of one event, served once to each program.
cat >"$work/capture" <<'EOF'
{"t":1,"conn":1,"dir":"in","op":"text","data":"0{\"sid\":\"a\"}"}
{"t":2,"conn":1,"dir":"in","op":"text","data":"42[\"price\",0.10,9007199254740993]"}
EOF
for program in $programs; do
    mkfifo "$work/said"
    "$work/usr/bin/sockfeed" serve --once "$work/capture" 2>"$work/said" &
    server=$!
    read -r line <"$work/said"
    "$work/$program" "${line##* }" >"$work/out" 2>"$work/err" || :
    wait "$server" || :
    server=
    rm "$work/said"
    [ "$(cat "$work/out")" = 0.10,9007199254740993 ] ||
        fail "the example ($program) printed: $(cat "$work/out" "$work/err")"
done

"$make" -s BUILD="$build" PREFIX="$work/usr" uninstall
left=$(find "$work/usr" ! -type d)
[ -z "$left" ] || fail "uninstall leaves: $left"
