# SPDX-License-Identifier: MIT
#
# Reduces C to its code, for checks that look for names: prints each line as
# "path:line:code" with comments gone and texts and characters emptied.

FNR == 1 { comment = 0 }

{
    code = ""
    rest = $0
    while (rest != "") {
        if (comment) {
            end = index(rest, "*/")
            comment = end == 0
            rest = comment ? "" : substr(rest, end + 2)
        } else if (match(rest, /\/\*|\/\/|["']/)) {
            mark = substr(rest, RSTART, RLENGTH)
            code = code substr(rest, 1, RSTART - 1)
            rest = substr(rest, RSTART + RLENGTH)
            comment = mark == "/*"
            if (mark == "//")
                rest = ""
            else if (!comment) {
                while (rest != "" && substr(rest, 1, 1) != mark)
                    rest = substr(rest, substr(rest, 1, 1) == "\\" ? 3 : 2)
                rest = substr(rest, 2)
                code = code mark mark
            }
        } else {
            code = code rest
            rest = ""
        }
    }
    print FILENAME ":" FNR ":" code
}
