#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Shows each check refusing a bad example: a check that cannot fail is none.
# Every example stands in a small project of its own, which the check accepts
# before the example is put in.

set -eu

root=$(pwd)
checks=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# A project of a few files with which every check agrees.
good_project()
{
    rm -rf "$work/project"
    mkdir -p "$work/project"
    cd "$work/project"
    git init -q
    cp "$root/.clang-format" "$root/.clang-tidy" .
    mkdir -p lib/base lib/codec lib/include/sockfeed cli/options build man
    put lib/include/sockfeed/result.h <<'END'
/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_RESULT_H
#define SOCKFEED_RESULT_H

#define SOCKFEED_API __attribute__((visibility("default")))

enum {
    SOCKFEED_LONG = 1
};

/* "stdout", exit(1) and strcpy() in a comment are no use of them. */
SOCKFEED_API const char *sockfeed_word(void);

#endif
END
    put lib/base/word.h <<'END'
/* SPDX-License-Identifier: MIT */
#ifndef BASE_WORD_H
#define BASE_WORD_H

const char *word_text(void);

#endif
END
    put lib/base/word.c <<'END'
/* SPDX-License-Identifier: MIT */
#include "base/word.h"

#include "sockfeed/result.h"

const char *word_text(void)
{
    return "stdout atoi( exit(1)";
}

const char *sockfeed_word(void)
{
    return word_text();
}
END
    put lib/codec/letter.c <<'END'
/* SPDX-License-Identifier: MIT */
#include "base/word.h"

#include <string.h>

int letter_count(void);

int letter_count(void)
{
    return (int)strlen(word_text());
}
END
    put man/word.3 <<'END'
.Dd November 23, 2026
.Dt WORD 3
.Os
.Sh NAME
.Nm word
.Nd what a word is
.Sh SYNOPSIS
.Ft const char *
.Fn sockfeed_word void
.Sh DESCRIPTION
.Fn sockfeed_word
is
.Dv SOCKFEED_LONG .
END
    put man/word.1 <<'END'
.Dd November 23, 2026
.Dt WORD 1
.Os
.Sh NAME
.Nm word
.Nd says a word
END
}

# Writes what comes in to a file of the project.
put()
{
    cat >"$1"
}

# The same behind the licence.
put_c()
{
    { echo '/* SPDX-License-Identifier: MIT */'; cat; } >"$1"
}

# refuses CHECK TEXT: the check fails on the project now, and says TEXT.
refuses()
{
    if "$checks/$1.sh" >"$work/said" 2>&1; then
        complain "$1 accepts what it should refuse with: $2"
    elif ! grep -qF -- "$2" "$work/said"; then
        complain "$1 does not say: $2"
        cat "$work/said"
    fi
    good_project
}

accepts()
{
    "$checks/$1.sh" >"$work/said" 2>&1 || {
        complain "$1 refuses a project without fault"
        cat "$work/said"
    }
}

complain()
{
    echo "tests/check/selftest.sh:1: $1"
    failures=1
}

# Links the project's library, as exports.sh wants to find it.
link_library()
{
    ${CC:-cc} -w -shared -fPIC -fvisibility=hidden -Ilib/include -Ilib \
        -o build/libsockfeed.so lib/base/*.c
    ${CC:-cc} -w -c -fPIC -fvisibility=hidden -Ilib/include -Ilib \
        -o build/word.o lib/base/word.c
    objcopy --localize-hidden build/word.o
    rm -f build/libsockfeed.a
    ${AR:-ar} rcs build/libsockfeed.a build/word.o
}

unset BUILD CPPFLAGS
good_project
link_library
for name in layers headers rights banned sizes symbols exports places format \
    shell manual reference tidy; do
    accepts $name
done

# -- layers --

put_c lib/base/word.c <<'END'
#include "codec/letter.h"
END
refuses layers 'lib/base/word.c:2: lib/base/ may not include "codec/letter.h"'

put_c lib/include/sockfeed/result.h <<'END'
#include "base/word.h"
END
refuses layers 'lib/include/sockfeed/ may not include "base/word.h"'

put_c cli/main.c <<'END'
#include "net/loop.h"
END
refuses layers 'cli/main.c:2: cli/ may not include "net/loop.h"'

put_c lib/codec/letter.c <<'END'
#include "letter.h"
END
refuses layers 'lib/codec/ may not include "letter.h"'

put_c lib/codec/letter.c <<'END'
# include <sys/socket.h>
END
refuses layers 'lib/codec/ may not include <sys/socket.h>'

mkdir -p lib/session
put_c lib/session/talk.c <<'END'
#include <time.h>
END
refuses layers 'lib/session/ may not include <time.h>'

put_c cli/main.c <<'END'
#include <openssl/ssl.h>
END
refuses layers '<openssl/ssl.h> belongs to lib/net/tls.c'

put_c cli/main.c <<'END'
#include <gadget.h>
END
refuses layers '<gadget.h> is on no list'

mkdir -p lib/attic
put_c lib/attic/old.c <<'END'
END
refuses layers 'lib/attic/old.c:1: no floor'

# -- headers --

put lib/base/word.c <<'END'
#include "base/word.h"
END
refuses headers 'lib/base/word.c:1: no SPDX-License-Identifier'

put_c lib/base/word.h <<'END'
#ifndef WORD_H
#define WORD_H
#endif
END
refuses headers 'lib/base/word.h:2: the guard is not BASE_WORD_H'

put_c lib/base/word.c <<'END'
#include <string.h>
#include "base/word.h"
END
refuses headers 'lib/base/word.c:2: "base/word.h" is not included first'

# -- rights --

# One row for each right, in the order of rights.sh.
while IFS='|' read -r right use; do
    printf 'void f(void)\n{\n    %s;\n}\n' "$use" | put_c cli/main_loop.c
    refuses rights "cli/main_loop.c:4: $right: only for"
done <<'ROWS'
a clock|time(NULL)
the monotonic clock|f(CLOCK_MONOTONIC_RAW)
the wall clock|f(CLOCK_REALTIME)
standard output|fputs("", stdout)
standard output's descriptor|f(STDOUT_FILENO)
standard output|(void)printf("x")
standard error|f(stderr)
standard error|perror("x")
leaving the process|if (bad) exit(1)
leaving the process|abort()
the environment|x = getenv("HOME")
the environment|x = environ
signals|sigaction(1, 0, 0)
signals|!kill(1, 9)
a thread's signals|pthread_sigmask(0, 0, 0)
threads|pthread_create(0, 0, 0, 0)
randomness|x = rand()
ROWS

# -- banned --

put_c lib/base/word.c <<'END'
int f(const char *s)
{
    return atoi (s);
}
END
refuses banned 'lib/base/word.c:4: banned function: return atoi (s);'

put_c lib/base/word.c <<'END'
# if 0
# endif
END
refuses banned 'lib/base/word.c:2: dead code: # if 0'

put_c lib/base/word.c <<'END'
int x; // a word
END
refuses banned 'lib/base/word.c:2: a comment is /* */: int x; // a word'

echo '/* TO''DO: write it */' | put_c lib/base/word.c
refuses banned 'lib/base/word.c:2: unfinished, and names no issue'

put_c lib/base/util.c <<'END'
END
refuses banned 'lib/base/util.c:1: a name that says nothing'

# -- sizes --

# lines COUNT TEXT
lines()
{
    awk -v count="$1" -v text="$2" 'BEGIN { while (count-- > 0) print text }'
}

lines 401 '' | put lib/base/word.c
refuses sizes 'lib/base/word.c:1: 401 lines, more than 400, and no reason'

mkdir -p tests/check
echo 'lib/base/word.c: it was long' | put tests/check/sizes.txt
refuses sizes 'lib/base/word.c:1: no longer over 400 lines'

lines 601 '' | put lib/base/word.c
refuses sizes 'lib/base/word.c:1: 601 lines (at most 600)'

lines 901 '' | put cli/options/option_table.c
refuses sizes 'cli/options/option_table.c:1: 901 lines (at most 900)'

mkdir -p tests/unit
lines 901 '' | put tests/unit/word_test.c
refuses sizes 'tests/unit/word_test.c:1: 901 lines (at most 900)'

{ echo 'int f(int a,'; echo '      int b)'; echo '{'; lines 79 '    f(0, 1);'
    echo '}'; } | put lib/base/word.c
refuses sizes 'lib/base/word.c:3: f has 81 lines (at most 80)'

# -- symbols --

put_c lib/codec/letter.c <<'END'
#include <stdio.h>
int letter_f(char *s);
int letter_f(char *s)
{
    return snprintf(s, 9, "%p", s);
}
END
refuses symbols 'lib/codec/letter.c:1: a codec may not need snprintf'

put_c lib/codec/letter.c <<'END'
void buf_append_format(void);
void letter_f(void)
{
    buf_append_format();
}
END
refuses symbols 'lib/codec/letter.c:1: a codec does not format'

put_c lib/base/word.c <<'END'
int shout(void)
{
    return 1;
}
END
refuses symbols 'lib/base/word.c:1: shout does not begin with word'

# -- exports --

put_c lib/base/other.c <<'END'
__attribute__((visibility("default"))) int other_thing(void)
{
    return 1;
}
END
link_library
refuses exports 'libsockfeed.so: exported, but in no header: other_thing'

put_c lib/base/word.c <<'END'
END
link_library
refuses exports 'declared, but not in build/libsockfeed.a: sockfeed_word'

# -- places --

for place in /home/me/x '../shared/x' '"resolved": "https://x/"'; do
    printf 'see %s\n' "$place" | put README.md
    refuses places 'README.md:1: a place outside the project: see '
done

# -- format, shell, manual, tidy --

put_c lib/base/word.c <<'END'
int  x;
END
refuses format 'lib/base/word.c:2:4: error'

put run.sh <<'END'
#!/bin/sh
rm $1
END
! command -v shellcheck >/dev/null || refuses shell 'SC2086'
rm -f run.sh

printf '.Dd November 23, 2026\n.Dt WORD 1\n.Os\n.Xx\n' | put man/word.1
! command -v mandoc >/dev/null || refuses manual 'man/word.1:4'
good_project

# -- reference --

sed -i 's/const char/char/' man/word.3
refuses reference 'lib/include:1: in no page of the manual: const char *sockfeed_word(void)'

echo '.Fn sockfeed_letter' >>man/word.3
refuses reference 'man:1: no such function: sockfeed_letter'

sed -i 's/SOCKFEED_LONG/SOCKFEED_SHORT/' man/word.3
refuses reference 'lib/include:1: in no page of the manual: SOCKFEED_LONG'

sed -i 's/SOCKFEED_LONG/SOCKFEED_SHORT/' man/word.3
refuses reference 'man:1: in no header: SOCKFEED_SHORT'

put_c lib/base/word.c <<'END'
int word_x(int a);
int word_x(int a)
{
    if (a)
        return 1;
    return 0;
}
END
refuses tidy 'readability-braces-around-statements'

exit $failures
