#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The library's symbols are those that the installed headers declare with
# SOCKFEED_API, all of them and no other, in the shared library and in the
# static one.

set -eu
. "$(dirname "$0")/files.sh"

build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code 'lib/include/*.h' |
    sed 's/^[^:]*:[0-9]*://' | grep -v '^[[:space:]]*#' | tr '\n' ' ' |
    grep -oE 'SOCKFEED_API [^;(]*\(' | grep -oE '[A-Za-z0-9_]+ *\($' |
    tr -d ' (' | sort >"$work/declared"

broken=0
for library in "$build/libsockfeed.so" "$build/libsockfeed.a"; do
    case $library in
    *.so) nm -D --defined-only "$library" ;;
    *.a) nm -g --defined-only "$library" ;;
    esac | awk 'NF == 3 && $2 != "A" { sub(/@.*/, "", $3); print $3 }' |
        sort >"$work/defined"
    comm -13 "$work/declared" "$work/defined" |
        sed "s|^|$library: exported, but in no header: |" >"$work/found"
    comm -23 "$work/declared" "$work/defined" |
        sed "s|^|lib/include:1: declared, but not in $library: |" \
            >>"$work/found"
    [ ! -s "$work/found" ] || broken=1
    cat "$work/found"
done
exit $broken
