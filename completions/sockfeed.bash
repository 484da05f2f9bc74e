# bash completion for sockfeed, made by `make completions`

# Names of files, or of folders, that begin with $word.
_sockfeed_files() {
    [[ -n $at ]] || compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -P "$at" "$1" -- "$word")
}

# The user's profiles, and those that came with the program.
_sockfeed_profiles() {
    local program file
    program=$(type -P sockfeed)
    for file in "${XDG_CONFIG_HOME:-$HOME/.config}"/sockfeed/* \
        "${program%/bin/*}"/share/sockfeed/profiles/*; do
        [[ ! -f $file ]] || printf '%s\n' "${file##*/}"
    done
}

_sockfeed() {
    local word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]}
    local at=

    COMPREPLY=()
    # --name=value comes as three words; @name as two, or as one.
    if [[ $word == '=' ]]; then
        word=
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $word == '@'* ]]; then
        at=@ word=${word#@}
    elif [[ $before == '@' ]]; then
        at=@ before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
    --binary)
        COMPREPLY=($(compgen -W 'base64 hex raw' -- "$word"))
        return ;;
    --cacert)
        _sockfeed_files -f
        return ;;
    --capath)
        _sockfeed_files -d
        return ;;
    --cert)
        _sockfeed_files -f
        return ;;
    --color)
        COMPREPLY=($(compgen -W 'auto always never' -- "$word"))
        return ;;
    -K | --config)
        _sockfeed_files -f
        return ;;
    -b | --cookie)
        _sockfeed_files -f
        return ;;
    --decode)
        COMPREPLY=($(compgen -W 'cryptocompare' -- "$word"))
        return ;;
    --each)
        _sockfeed_files -f
        return ;;
    --eio)
        COMPREPLY=($(compgen -W '3 4 auto' -- "$word"))
        return ;;
    --key)
        _sockfeed_files -f
        return ;;
    --on-full)
        COMPREPLY=($(compgen -W 'block drop' -- "$word"))
        return ;;
    -o | --output)
        COMPREPLY=($(compgen -W 'json data text envelope raw' -- "$word"))
        return ;;
    --protocol)
        COMPREPLY=($(compgen -W 'ws eio sio' -- "$word"))
        return ;;
    --reconnect)
        COMPREPLY=($(compgen -W 'never lost always' -- "$word"))
        return ;;
    --record)
        _sockfeed_files -f
        return ;;
    --status)
        COMPREPLY=($(compgen -W 'text json inline' -- "$word"))
        return ;;
    -S | --subscribe-file)
        _sockfeed_files -f
        return ;;
    --transport)
        COMPREPLY=($(compgen -W 'websocket polling upgrade auto' -- "$word"))
        return ;;
    --write)
        _sockfeed_files -f
        return ;;
    --ack | \
        --ack-timeout | \
        -a | --auth | \
        --auth-command | \
        --await | \
        --await-timeout | \
        --buffer | \
        -c | --call | \
        --ciphers | \
        --connect-timeout | \
        --connect-to | \
        -n | --count | \
        --delays | \
        -e | --emit | \
        -E | --event | \
        --every | \
        --extract | \
        -f | --format | \
        -H | --header | \
        --header-command | \
        --heartbeat | \
        --heartbeat-idle | \
        --idle-timeout | \
        --interface | \
        --jitter | \
        --latency | \
        --latest | \
        --listen | \
        --match | \
        --max-age | \
        --max-attachments | \
        --max-connecting | \
        --max-message | \
        -m | --max-time | \
        --metrics | \
        -N | --namespace | \
        --noproxy | \
        --oauth2-bearer | \
        --origin | \
        --pass | \
        --path | \
        --per-connection | \
        --ping-interval | \
        --ping-timeout | \
        --pinnedpubkey | \
        -x | --proxy | \
        --query | \
        --reject | \
        --reply | \
        --resolve | \
        --retries | \
        --retry-emits | \
        --seed | \
        --select | \
        --sequence | \
        --servername | \
        --speed | \
        --stats-interval | \
        --subprotocol | \
        -s | --subscribe | \
        --subscribe-rate | \
        --tcp-keepalive | \
        --unique | \
        --unix-socket | \
        --until | \
        --unwrap | \
        -u | --user | \
        -A | --user-agent | \
        --where)
        [[ -z $at ]] || _sockfeed_files -f
        return ;;
    esac
    if [[ -n $at ]]; then
        COMPREPLY=($(compgen -P @ -W "$(_sockfeed_profiles)" -- "$word"))
    elif [[ ${COMP_WORDS[1]} == serve && $word != -* ]]; then
        _sockfeed_files -f
    elif [[ $COMP_CWORD == 1 && $word != -* ]]; then
        COMPREPLY=($(compgen -W 'demo serve probe' -- "$word"))
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W '--ack
            --ack-timeout
            --auth
            --auth-command
            --await
            --await-timeout
            --binary
            --buffer
            --cacert
            --call
            --capath
            --cert
            --ciphers
            --color
            --compressed
            --config
            --connect-timeout
            --connect-to
            --cookie
            --count
            --csv
            --decode
            --delays
            --each
            --eio
            --emit
            --event
            --every
            --exact-path
            --exit-on-eof
            --extract
            --format
            --header
            --header-command
            --heartbeat
            --heartbeat-idle
            --help
            --idle-timeout
            --inflate
            --insecure
            --interface
            --ipv4
            --ipv6
            --jitter
            --key
            --latency
            --latest
            --listen
            --live
            --location
            --loop
            --match
            --max-age
            --max-attachments
            --max-connecting
            --max-message
            --max-time
            --metrics
            --msgpack
            --namespace
            --no-recovery
            --noproxy
            --null
            --oauth2-bearer
            --on-full
            --once
            --origin
            --output
            --pass
            --path
            --per-connection
            --ping-interval
            --ping-timeout
            --pinnedpubkey
            --pretty
            --protocol
            --proxy
            --query
            --quiet
            --reconnect
            --record
            --record-secrets
            --reject
            --reply
            --resolve
            --retries
            --retry-emits
            --seed
            --select
            --sequence
            --servername
            --speed
            --stats
            --stats-interval
            --status
            --stdin
            --strict
            --strip-offset
            --subprotocol
            --subscribe
            --subscribe-file
            --subscribe-rate
            --tcp-keepalive
            --timestamp
            --tlsv1.2
            --tlsv1.3
            --transport
            --unique
            --unix-socket
            --until
            --unwrap
            --user
            --user-agent
            --verbose
            --version
            --volatile
            --where
            --write' -- "$word"))
    fi
}
complete -F _sockfeed sockfeed
