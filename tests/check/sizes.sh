#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A file of the library or the program over 400 lines needs a reason in
# sizes.txt, one over 600 is two files (a test over 900; also the table
# of options, of which there is one by design). A function has at most 80 lines.

set -eu
. "$(dirname "$0")/files.sh"

reasons()
{
    grep -v '^#' tests/check/sizes.txt 2>/dev/null || :
}

# walk_nest: a state machine with a label for each state, one screen and a
# bit; as functions the states cost a third of the scanner's speed.
exempt=' walk_nest '

broken=0

refuse()
{
    echo "$1:1: $2"
    broken=1
}

# check_size FILE LIMIT REASON_FROM
check_size()
{
    size=$(wc -l <"$1")
    if [ "$size" -gt "$2" ]; then
        refuse "$1" "$size lines (at most $2)"
    elif [ "$size" -gt "$3" ] && ! reasons | grep -q "^$1: "; then
        refuse "$1" "$size lines, more than $3, and no reason in sizes.txt"
    fi
}

for file in $(files 'lib/*.[ch]' 'cli/*.[ch]'); do
    case $file in
    cli/options/option_table.c) check_size "$file" 900 400 ;;
    *) check_size "$file" 600 400 ;;
    esac
done
for file in $(files 'tests/*.[ch]'); do
    check_size "$file" 900 900
done
for file in $(reasons | sed 's/:.*//'); do
    if [ -f "$file" ] && [ "$(wc -l <"$file")" -le 400 ]; then
        refuse "$file" "no longer over 400 lines: drop its reason in sizes.txt"
    fi
done
code '*.[ch]' |
    awk -v LIMIT=80 -v EXEMPT="$exempt" -f "$check/sizes.awk" || broken=1
exit $broken
