#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The beginning of files: the licence on the first line (the second after a
# "#!"), a guard named after the path, a file's own header before all others,
# which shows that the header needs nothing but what it includes.

set -eu
. "$(dirname "$0")/files.sh"

broken=0

refuse()
{
    echo "$1"
    broken=1
}

# The macro for a header: its name as it is included, in capitals.
guard_of()
{
    name=${1#lib/include/}
    name=${name#lib/}
    printf '%s' "$name" | tr 'a-z/.' 'A-Z__'
}

check_licence()
{
    head -n 2 "$1" | grep -q 'SPDX-License-Identifier: MIT' ||
        refuse "$1:1: no SPDX-License-Identifier"
}

check_guard()
{
    guard=$(guard_of "$1")
    grep '^#' "$1" | head -n 2 | tr '\n' ' ' |
        grep -qx "#ifndef $guard #define $guard " ||
        refuse "$1:2: the guard is not $guard"
}

check_own_header()
{
    header=${1%.c}.h
    [ -f "$header" ] || return 0
    first=$(grep -n '^#include' "$1" | head -n 1)
    [ "${first#*:}" = "#include \"${header#lib/}\"" ] ||
        refuse "$1:${first%%:*}: \"${header#lib/}\" is not included first"
}

for file in $(files '*.c' '*.h' '*.sh' '*.awk' '*.mjs'); do
    check_licence "$file"
done
for file in $(files '*.h'); do
    check_guard "$file"
done
for file in $(files 'lib/*.c' 'cli/*.c'); do
    check_own_header "$file"
done
exit $broken
