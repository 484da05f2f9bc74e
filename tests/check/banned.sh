#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What is not used: functions that cannot say they failed, write without a
# bound, or keep their result in a static; names of files that say nothing;
# code that is not there yet or no more. Programs of the benchmarks stand alone
# and read their own arguments by what the C library has.

set -eu
. "$(dirname "$0")/files.sh"

functions='atoi|atol|atoll|atof|strto(l|ll|ul|ull|d|f|ld|imax|umax)'
functions="$functions|v?[fs]?scanf|gets|v?sprintf|strcpy|stpcpy|strcat"
functions="$functions|strncpy|strncat|strtok|strtok_r|alloca|localtime|gmtime"
functions="$functions|asctime|ctime|tmpnam|tempnam|mktemp"

# Put together here, so that this file does not find itself.
unfinished="TO""DO|FIX""ME|XX""X|HA""CK"

# mark TEXT: puts what is broken behind the place in each found line.
mark()
{
    sed "s|^\([^:]*:[0-9]*\):[[:space:]]*|\1: $1: |"
}

# search PATTERN FILES...: every line with the pattern.
search()
{
    pattern=$1
    shift
    files "$@" | xargs grep -nE "$pattern" /dev/null
}

# strtod is the one that rounds right; num_double gives it nothing but digits
# and an exponent, so that neither the locale nor what follows can matter.
report "$(
    code '*.[ch]' ':!tests/bench/*' |
        grep -v '^lib/base/num_double\.c:.*strtod(text, NULL)' |
        grep -E ":(.*[^A-Za-z0-9_.>])?($functions)[[:space:]]*\(" |
        mark 'banned function'
    search '^[[:space:]]*#[[:space:]]*if[[:space:]]+0' '*.[ch]' |
        mark 'dead code'
    search '(^|[[:space:];])//' '*.[ch]' | mark 'a comment is /* */'
    search "(^|[^A-Za-z])($unfinished)([^A-Za-z]|\$)" '*.[ch]' '*.sh' \
        '*.mjs' '*.awk' Makefile | grep -vE "($unfinished)\(?#[0-9]" |
        mark 'unfinished, and names no issue'
    files | grep -E '(^|/)(utils?|commons?|helpers?|misc)([._-][^/]*)?$' |
        sed 's|$|:1: a name that says nothing|'
)"
