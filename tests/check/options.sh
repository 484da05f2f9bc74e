#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The completions and the manual say what the table of options says.
# Usage: options.sh GENERATOR
set -eu
generate=$1
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

complain() {
    echo "check-options: $1" >&2
    failed=1
}

for pair in bash:sockfeed.bash zsh:_sockfeed fish:sockfeed.fish; do
    "$generate" "${pair%%:*}" >"$work/made"
    cmp -s "$work/made" "completions/${pair#*:}" ||
        complain "completions/${pair#*:} is old: run make completions"
done

# `-s NAME -l NAME` of the fish completions is the table, one option a line.
"$generate" fish | sed -n 's/^complete -c sockfeed -l \([^ ]*\)\( -s \(.\)\)\{0,1\}.*/\1 \3/p' |
    sed 's/ $//' >"$work/table"

# In the manual an option is an item of a list: .It Fl s , Fl -subscribe ...
sed -n 's/^\.It Fl \([^-]\) , Fl -\([a-z0-9.-]*\).*/\2 \1/p; s/^\.It Fl -\([a-z0-9.-]*\).*/\1/p' \
    man/sockfeed.1 >"$work/manual"
diff "$work/table" "$work/manual" >&2 ||
    complain "man/sockfeed.1 does not list the options of the table, in its order"

exit $failed
