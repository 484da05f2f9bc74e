#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh SECONDS BINARY...: every fuzz target on what is known, then on what
# it makes of it for so many seconds, at random unless FUZZ_SEED says from
# where (as .ci/run does: what a change has not broken, it is not to fail for).
# An input that fails is kept beside the binary; add it to
# tests/fuzz/crashes/TARGET/ together with the fix.

set -eu

seconds=$1
shift

folders()
{
    for folder in "tests/fuzz/corpus/$1" "tests/fuzz/crashes/$1"; do
        [ ! -d "$folder" ] || echo "$folder"
    done
}

for binary; do
    target=${binary##*/}
    found=$binary.found
    log=$binary.log
    mkdir -p "$found"
    # shellcheck disable=SC2046 # a list of folders
    if ! "$binary" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$binary." \
        "$found" $(folders "$target") >"$log" 2>&1; then
        tail -n 60 "$log"
        echo "fuzz: $target failed; the input is $binary.*"
        exit 1
    fi
    awk -v target="$target" '
        /^stat::number_of_executed_units/ { print "fuzz: " target ": " $2 " inputs, none fails" }
    ' "$log"
done
