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

# count KIND MESSAGES URL_SCHEME OPTION...: instructions of one run. A pipe
# with a name makes the port wait for its reader, and the reader for the port.
count()
{
    kind=$1
    messages=$2
    scheme=$3
    shift 3
    mkfifo "$folder/port"
    "$build/bench/source" "$kind" 200 "$messages" >"$folder/port" &
    source_pid=$!
    read -r port <"$folder/port"
    rm "$folder/port"
    # The server's end of the stream is a failure, which is meant here.
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$build/sockfeed" -q --reconnect never "$@" \
        "$scheme://127.0.0.1:$port" >/dev/null 2>"$folder/log" ||
        [ $? -eq 56 ] || {
        cat "$folder/log" >&2
        return 1
    }
    kill "$source_pid"
    wait "$source_pid" 2>/dev/null || :
    source_pid=
    counted=$(sed -n 's/.*Collected : //p' "$folder/log")
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

cat "$folder/table"
node table.mjs bench-instructions <"$folder/table"
