# bash completion for sockfeed, made by `make completions`

_sockfeed() {
    local word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]}

    COMPREPLY=()
    # --name=value comes as three words
    if [[ $word == '=' ]]; then
        word=
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
    --ack)
        return ;;
    --ack-timeout)
        return ;;
    -a | --auth)
        return ;;
    --auth-command)
        return ;;
    --await)
        return ;;
    --await-timeout)
        return ;;
    --binary)
        COMPREPLY=($(compgen -W 'base64 hex raw' -- "$word"))
        return ;;
    --buffer)
        return ;;
    --cacert)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    -c | --call)
        return ;;
    --capath)
        return ;;
    --cert)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --ciphers)
        return ;;
    --color)
        COMPREPLY=($(compgen -W 'auto always never' -- "$word"))
        return ;;
    -K | --config)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --connect-timeout)
        return ;;
    --connect-to)
        return ;;
    -b | --cookie)
        return ;;
    -n | --count)
        return ;;
    --decode)
        COMPREPLY=($(compgen -W 'cryptocompare' -- "$word"))
        return ;;
    --delays)
        return ;;
    --each)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --eio)
        COMPREPLY=($(compgen -W '3 4 auto' -- "$word"))
        return ;;
    -e | --emit)
        return ;;
    -E | --event)
        return ;;
    --every)
        return ;;
    --extract)
        return ;;
    -f | --format)
        return ;;
    -H | --header)
        return ;;
    --header-command)
        return ;;
    --heartbeat)
        return ;;
    --heartbeat-idle)
        return ;;
    --idle-timeout)
        return ;;
    --interface)
        return ;;
    --jitter)
        return ;;
    --key)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --latency)
        return ;;
    --latest)
        return ;;
    --listen)
        return ;;
    --match)
        return ;;
    --max-age)
        return ;;
    --max-attachments)
        return ;;
    --max-connecting)
        return ;;
    --max-message)
        return ;;
    -m | --max-time)
        return ;;
    --metrics)
        return ;;
    -N | --namespace)
        return ;;
    --noproxy)
        return ;;
    --oauth2-bearer)
        return ;;
    --on-full)
        COMPREPLY=($(compgen -W 'block drop' -- "$word"))
        return ;;
    --origin)
        return ;;
    -o | --output)
        COMPREPLY=($(compgen -W 'json data text envelope raw' -- "$word"))
        return ;;
    --pass)
        return ;;
    --path)
        return ;;
    --per-connection)
        return ;;
    --ping-interval)
        return ;;
    --ping-timeout)
        return ;;
    --pinnedpubkey)
        return ;;
    --protocol)
        COMPREPLY=($(compgen -W 'ws eio sio' -- "$word"))
        return ;;
    -x | --proxy)
        return ;;
    --query)
        return ;;
    --reconnect)
        COMPREPLY=($(compgen -W 'never lost always' -- "$word"))
        return ;;
    --record)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --reject)
        return ;;
    --reply)
        return ;;
    --resolve)
        return ;;
    --retries)
        return ;;
    --retry-emits)
        return ;;
    --seed)
        return ;;
    --select)
        return ;;
    --sequence)
        return ;;
    --servername)
        return ;;
    --speed)
        return ;;
    --stats-interval)
        return ;;
    --status)
        COMPREPLY=($(compgen -W 'text json inline' -- "$word"))
        return ;;
    --subprotocol)
        return ;;
    -s | --subscribe)
        return ;;
    -S | --subscribe-file)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    --subscribe-rate)
        return ;;
    --tcp-keepalive)
        return ;;
    --transport)
        COMPREPLY=($(compgen -W 'websocket polling upgrade auto' -- "$word"))
        return ;;
    --unique)
        return ;;
    --unix-socket)
        return ;;
    --until)
        return ;;
    --unwrap)
        return ;;
    -u | --user)
        return ;;
    -A | --user-agent)
        return ;;
    --where)
        return ;;
    --write)
        COMPREPLY=($(compgen -f -- "$word"))
        return ;;
    esac
    if [[ $word == -* ]]; then
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
