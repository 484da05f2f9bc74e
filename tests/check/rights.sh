#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What few may do: a process has one standard output, one exit, one set of
# signal handlers, and who asks for the time cannot be stepped by a test. Each
# row is a right, the files that have it, and how its use looks in code.
#
# The writer sets a timer of its own: when it writes what is left at the end,
# there is no loop any more.

set -eu
. "$(dirname "$0")/files.sh"

rights()
{
    cat <<'ROWS'
a clock; lib/net/loop.c cli/base/clock.c; (clock_gettime|gettimeofday|timespec_get|time|clock)\(
the monotonic clock; lib/net/loop.c lib/net/loop_alarm.c cli/output/writer.c; CLOCK_(MONOTONIC|BOOTTIME)
the wall clock; lib/net/loop.c cli/base/clock.c; CLOCK_(REALTIME|TAI)
standard output; cli/output/writer.c; stdout\b|(printf|vprintf|puts|putchar)\(
standard output's descriptor; cli/output/writer.c cli/output/delivery.c cli/options/information.c; STDOUT_FILENO\b
standard error; cli/base/diag.c; (stderr|STDERR_FILENO)\b|(perror|psignal)\(
leaving the process; cli/main.c; (exit|_exit|_Exit|quick_exit|abort)\(
the environment; cli/options/profile_path.c cli/input/history_path.c cli/base/term.c cli/options/environment.c cli/options/command.c lib/net/proxy.c lib/net/tls_trust.c; (getenv|secure_getenv|setenv|unsetenv|putenv)\(|environ\b
signals; cli/base/signals.c cli/options/command.c; (signal|sigaction|sigprocmask|signalfd|raise|kill)\(
processes; cli/options/command.c; (fork|vfork|posix_spawnp?|exec[lv]p?e?|waitpid|system|popen)\(
a thread's signals; cli/base/signals.c lib/net/resolver.c; pthread_sigmask\(
threads; lib/net/resolver.c cli/files/file_finisher.c; pthread_create\(
randomness; lib/base/rng.c; (getrandom|getentropy|rand|srand|random|srandom|drand48)\(
ROWS
}

text=$(mktemp)
trap 'rm -f "$text"' EXIT
code 'lib/*.[ch]' 'cli/*.[ch]' >"$text"

# Before the name stands no letter, and no "." or "->" as before a field.
report "$(rights | while IFS=';' read -r right owners use; do
    grep -E ":(.*[^A-Za-z0-9_.>])?(${use# })" "$text" |
        while IFS=: read -r file line use; do
            case " $owners " in
            *" $file "*) ;;
            *) echo "$file:$line: $right: only for$owners:$use" ;;
            esac
        done
done)"
