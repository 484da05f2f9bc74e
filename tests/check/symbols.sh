#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two rules that object files show. A codec is pure: it calls memory functions,
# zlib (ws_deflate, http_inflate), and functions of base and codec but for those that print.
# And a symbol begins with the stem of its file, so that a reader knows where
# to look; sockfeed_ names, which the installed header declares, need not.
#
# Compiled anew without hardening and assertions, which add symbols.

set -eu
. "$(dirname "$0")/files.sh"

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
broken=0

refuse()
{
    echo "$1:1: $2"
    broken=1
}

# Prints the object's name. Includes of other libraries come by CPPFLAGS.
compile()
{
    object=$objects/$(echo "$1" | tr / .).o
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -DNDEBUG -O1 -w \
        -U_FORTIFY_SOURCE -fno-stack-protector -fno-pic \
        -Ilib/include -Ilib -I. ${CPPFLAGS:-} -c -o "$object" "$1"
    echo "$object"
}

# Whether a name begins with the stem of a file of base or codec.
is_ours()
{
    for folder in lib/base lib/codec; do
        stem=$1
        while [ -n "$stem" ]; do
            [ -f "$folder/$stem.c" ] && return 0
            case $stem in
            *_*) stem=${stem%_*} ;;
            *) stem= ;;
            esac
        done
    done
    return 1
}

check_needed()
{
    for symbol in $(nm -u "$2" | awk '{ print $NF }'); do
        case $1:$symbol in
        *:memcpy | *:memmove | *:memset | *:memcmp | *:memchr) ;;
        *:memrchr | *:memmem | *:strlen) ;;
        lib/codec/http_inflate.c:inflate*) ;;
        lib/codec/ws_deflate.c:inflate* | lib/codec/ws_deflate.c:deflate*) ;;
        *:buf_append_format | *:failure_set*)
            refuse "$1" "a codec does not format: $symbol" ;;
        *:malformed_set | *:json_unquote) ;;
        *)
            is_ours "$symbol" || refuse "$1" "a codec may not need $symbol" ;;
        esac
    done
}

check_defined()
{
    stem=$(basename "$1" .c)
    for symbol in $(nm -g --defined-only "$2" | awk '{ print $NF }'); do
        case $1:$symbol in
        *:"$stem"* | *:sockfeed_*) ;;
        # Named after the structs they fill, which stand beside the results.
        lib/base/result.c:failure_set* | lib/base/result.c:malformed_set) ;;
        # The other half of a pair of verbs.
        lib/base/json_quote.c:json_unquote) ;;
        *)
            refuse "$1" "$symbol does not begin with $stem" ;;
        esac
    done
}

for file in $(files 'lib/*.c' 'cli/*.c'); do
    object=$(compile "$file")
    check_defined "$file" "$object"
    case $file in
    lib/codec/*) check_needed "$file" "$object" ;;
    esac
done
exit $broken
