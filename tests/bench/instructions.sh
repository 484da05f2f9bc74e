#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `make bench-instructions`: what one more message costs in instructions, by
# callgrind's count of two runs; into README.md.

set -eu
cd "$(dirname "$0")"
build=${BUILD:?the folder of the build}

few=20000
many=40000

command -v valgrind >/dev/null || {
    echo "instructions.sh: valgrind is not installed" >&2
    exit 1
}

folder=$(mktemp -d)
source_pid=
clean()
{
    [ -z "$source_pid" ] || kill "$source_pid"
    rm -rf "$folder"
}
trap clean EXIT

# listen SOURCE...: starts it; sets the port. A pipe with a name makes the port
# wait for its reader, and the reader for the port.
listen()
{
    mkfifo "$folder/port"
    "$@" >"$folder/port" &
    source_pid=$!
    read -r port <"$folder/port"
    rm "$folder/port"
}

# run OPTION... URL...: sets the instructions of one run. The server's end of
# the stream is a failure, which is meant here.
run()
{
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$build/sockfeed" -q --reconnect never "$@" \
        >/dev/null 2>"$folder/log" || [ $? -eq 56 ] || {
        cat "$folder/log" >&2
        return 1
    }
    kill "$source_pid" 2>/dev/null || :
    wait "$source_pid" 2>/dev/null || :
    source_pid=
    counted=$(sed -n 's/.*Collected : //p' "$folder/log")
}

# count KIND MESSAGES URL_SCHEME OPTION...
count()
{
    kind=$1
    messages=$2
    scheme=$3
    shift 3
    listen "$build/bench/source" "$kind" 200 "$messages"
    run "$@" "$scheme://127.0.0.1:$port"
}

# together CONNECTIONS MESSAGES: so few in a second that each has a turn of the
# loop, also here.
together()
{
    connections=$1
    listen "$build/bench/many_source" "$connections" "$2" 700
    set -- -o raw
    while [ "$connections" -gt 0 ]; do
        set -- "$@" "ws://127.0.0.1:$port"
        connections=$((connections - 1))
    done
    run "$@"
}

# row FEED KIND URL_SCHEME FORM [OPTION]...
row()
{
    feed=$1
    row_kind=$2
    row_scheme=$3
    form=$4
    shift 4
    count "$row_kind" "$few" "$row_scheme" "$@" -o "$form"
    less=$counted
    count "$row_kind" "$many" "$row_scheme" "$@" -o "$form"
    echo "| $feed | \`-o $form\` | $(((counted - less) / (many - few))) |" \
        >>"$folder/table"
}

{
    echo '| feed | form | instructions |'
    echo '| --- | --- | ---: |'
} >"$folder/table"

for form in raw json; do
    row WebSocket ws ws "$form"
done
for form in raw json data envelope; do
    row Socket.IO sio4 http "$form" --eio 4
done

together 1000 1000
less=$counted
together 1000 3000
{
    echo "| WebSocket, 1,000 connections, one message a turn | \`-o raw\` |" \
        "$(((counted - less) / 2000)) |"
    count ws 1 ws -o raw -n 1
    echo "| WebSocket, from start to exit after one message | \`-o raw\` |" \
        "$counted |"
} >>"$folder/table"

cat "$folder/table"
node table.mjs bench-instructions <"$folder/table"
