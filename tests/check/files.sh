# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What checks share: they source it, and run in the project's root. Files are
# those that git knows or would add.

check=$(dirname "$0")

# files PATTERN...: names that match any of git's patterns, one a line.
files()
{
    git ls-files --cached --others --exclude-standard -- "$@" |
        while IFS= read -r file; do
            [ ! -f "$file" ] || printf '%s\n' "$file"
        done
}

# code PATTERN...: the files' code without comments and texts (code.awk).
code()
{
    files "$@" | xargs awk -f "$check/code.awk" /dev/null
}

# report FOUND: prints what was found; false where that is anything.
report()
{
    [ -n "$1" ] || return 0
    printf '%s\n' "$1"
    return 1
}
