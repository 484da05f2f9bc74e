# SPDX-License-Identifier: MIT
#
# Functions of more than LIMIT lines, in what code.awk prints: from a brace in
# the first column to the next that closes there. Not those in EXEMPT.

{
    file = $0
    sub(/:.*/, "", file)
    rest = substr($0, length(file) + 2)
    line = rest + 0
    code = substr(rest, index(rest, ":") + 1)
}

# The line of a definition that has the name.
code ~ /^[A-Za-z_].*\(/ {
    name = code
    sub(/\(.*/, "", name)
    sub(/.*[^A-Za-z0-9_]/, "", name)
}

code ~ /^\{/ { start = line }

code ~ /^\}/ && start > 0 {
    size = line - start + 1
    if (size > LIMIT && index(EXEMPT, " " name " ") == 0) {
        print file ":" start ": " name " has " size " lines (at most " \
            LIMIT ")"
        broken = 1
    }
    start = 0
}

END { exit broken }
