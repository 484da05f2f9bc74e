#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The manual of the library and its headers say the same: each function stands
# in the synopsis of one page as it is declared, each constant is explained
# (.Dv), and no page names what is not there.

set -eu
. "$(dirname "$0")/files.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
broken=0

code 'lib/include/*.h' | sed 's/^[^:]*:[0-9]*://' >"$work/code"
files 'man/*.3' | xargs cat /dev/null >"$work/manual"

# As `int f(char *s, int n)`, one a line.
plain()
{
    tr -s ' ' | sed 's/ *\([(),]\) */\1/g; s/,/, /g; s/ *\* */ */g; s/ *$//' |
        sort
}

# What is on one list alone, in words.
compare()
{
    sort -u "$work/declared" | comm -23 - "$work/told" |
        sed "s/^/lib\/include:1: in no page of the manual: /" >"$work/found"
    sort -u "$work/declared" | comm -13 - "$work/told" |
        sed "s/^/man:1: in no header: /" >>"$work/found"
    uniq -d "$work/told" | sed "s/^/man:1: twice: /" >>"$work/found"
    [ ! -s "$work/found" ] || broken=1
    cat "$work/found"
}

grep -v '^[[:space:]]*#' "$work/code" | tr '\n' ' ' |
    grep -oE 'SOCKFEED_API [^;]*;' |
    sed 's/SOCKFEED_API //; s/ *SOCKFEED_CHECK//; s/;//' |
    plain >"$work/declared"
awk '
    /^\.Sh/ { synopsis = $2 == "SYNOPSIS" }
    !synopsis { next }
    { gsub(/"[^"]*"/, "&,"); gsub(/"/, "") }
    /^\.Ft/ { type = substr($0, 5) }
    /^\.Fn/ {
        name = $2
        sub(/^\.Fn [^ ]* /, "")
        sub(/,$/, "")
        print type " " name "(" $0 ")"
    }
    /^\.Fo/ { text = type " " $2 "(" }
    /^\.Fa/ { text = text substr($0, 5) }
    /^\.Fc/ { sub(/,$/, "", text); print text ")" }
' "$work/manual" | plain >"$work/told"
compare

# In text, functions have no arguments.
sed 's/(.*//; s/.*[ *]//' "$work/declared" | sort >"$work/names"
sed -n 's/^\.Fn \(sockfeed_[a-z_]*\).*/\1/p' "$work/manual" | sort -u |
    comm -13 "$work/names" - | sed 's/^/man:1: no such function: /' \
        >"$work/found"
[ ! -s "$work/found" ] || broken=1
cat "$work/found"

# Results and options are rows of lists: X(NAME, ...).
{
    sed -n 's/^ X(\([A-Z_]*\), -\{0,1\}[0-9].*/SOCKFEED_\1/p
        s/^ X(\([A-Z_]*\), [TNL].*/SOCKFEED_OPTION_\1/p' "$work/code"
    grep -oE '\bSOCKFEED_[A-Z0-9_]+[A-Z0-9]\b' "$work/code" |
        grep -vE '_(H|API|CHECK|PRINTF|ENTRY|COUNT|RESULTS|OPTIONS)$'
} >"$work/declared"
sed -n 's/^\.\(It \)\{0,1\}Dv \(SOCKFEED_[A-Z0-9_]*\).*/\2/p' "$work/manual" |
    sort -u >"$work/told"
compare

exit $broken
