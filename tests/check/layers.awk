# SPDX-License-Identifier: MIT
#
# The table of floors: what the files of a folder may include. Reads the
# sources themselves; prints what breaks the table and exits with 1.

BEGIN {
    # Of our own headers, by the beginning of their names. The library sees
    # the parts of sockfeed.h that it needs, the program all of it, as others.
    ours["lib/include"] = "sockfeed/"
    ours["lib/include/sockfeed"] = "sockfeed/result.h sockfeed/message.h" \
        " sockfeed/step.h sockfeed/event.h sockfeed/loop.h sockfeed/options.h"
    ours["lib/base"]    = "sockfeed/result.h sockfeed/message.h base/"
    ours["lib/codec"]   = "sockfeed/result.h base/ codec/"
    ours["lib/session"] = "sockfeed/result.h sockfeed/message.h" \
        " sockfeed/options.h base/ codec/ session/"
    ours["lib/net"]     = "sockfeed/result.h sockfeed/loop.h sockfeed/step.h" \
        " base/ codec/ net/ session/ws_handshake.h session/proxy_handshake.h"
    ours["lib/api"]     = "sockfeed/ base/ codec/ net/ session/ api/"
    ours["cli"]         = "sockfeed.h base/ cli/"

    # The rooms of the program, each of which knows those before it.
    rooms = "base files shape choose output input options" \
        " feeds report run probe serve"
    known = "sockfeed.h base/"
    for (i = 1; i <= split(rooms, room, " "); i++) {
        known = known " cli/" room[i] "/"
        ours["cli/" room[i]] = known
    }
    ours["cli/sinks"]   = "sockfeed.h base/ cli/sink.h"

    # Of the C library: a codec is pure functions over bytes; a session has
    # memory of its own besides, but no descriptor and no clock.
    pure = "assert.h limits.h stdbool.h stddef.h stdint.h string.h"
    system_["lib/include"] = ""
    system_["lib/include/sockfeed"] = "stdbool.h stddef.h stdint.h"
    system_["lib/codec"]   = pure " emmintrin.h"
    system_["lib/session"] = pure " inttypes.h stdlib.h"
    all = pure " arpa/inet.h ctype.h dirent.h dlfcn.h emmintrin.h errno.h"
    all = all " fcntl.h float.h fnmatch.h getopt.h ifaddrs.h immintrin.h inttypes.h locale.h math.h"
    all = all " net/if.h netdb.h netinet/in.h netinet/tcp.h poll.h pthread.h"
    all = all " pwd.h signal.h spawn.h stdarg.h stdio.h stdlib.h strings.h"
    all = all " sys/epoll.h sys/eventfd.h sys/ioctl.h sys/mman.h sys/random.h"
    all = all " sys/resource.h sys/socket.h sys/stat.h sys/time.h sys/timerfd.h"
    all = all " sys/types.h sys/uio.h sys/un.h sys/wait.h termios.h time.h"
    all = all " unistd.h wchar.h"

    # Everybody else's: who may see them. version.c names what is in use.
    theirs["libwebsockets.h"] = \
        "lib/net/loop_host.c lib/net/listener.c lib/net/listener_http.c" \
        " lib/net/listener_socket.c lib/net/listener_request.c" \
        " lib/net/sha1.c"
    theirs["openssl/"] = \
        "lib/net/tls.c lib/net/tls_socket.c lib/net/tls_config.c " \
        "lib/net/tls_failure.c " \
        "lib/net/tls_trust.c lib/net/tls_identity.c lib/net/tls_pins.c " \
        "lib/net/tls_ciphers.c lib/net/tls_sessions.c " \
        "lib/net/tls_certificate.c" \
        " lib/net/sha1.c"
    theirs["cjson/"] = "lib/session/eio_handshake.c" \
        " lib/session/sio_namespace.c lib/api/version.c"
    theirs["zlib.h"] = "lib/codec/ws_deflate.c lib/codec/http_inflate.h" \
        " cli/shape/decode_inflate.c cli/files/capture_gzip.c" \
        " cli/files/file_gzip.c"
    theirs["zstd.h"] = "cli/files/capture_zstd.c" \
        " cli/shape/decode_inflate.c cli/files/file_zstd.c"
    theirs["pcre2.h"] = "cli/base/regex.c"
    theirs["histedit.h"] = "cli/input/editor.c cli/input/editor_library.h"
}

# Whether `name` is in the list; an entry that ends in "/" is a folder.
function listed(name, list,    words, count, i)
{
    count = split(list, words, " ")
    for (i = 1; i <= count; i++)
        if (name == words[i] ||
            (words[i] ~ /\/$/ && index(name, words[i]) == 1))
            return 1
    return 0
}

function refuse(text)
{
    print FILENAME ":" FNR ": " text
    broken = 1
}

function check_ours(name)
{
    if (!listed(name, ours[folder]))
        refuse(folder "/ may not include \"" name "\" (" ours[folder] ")")
}

function check_theirs(name,    owner)
{
    for (owner in theirs)
        if (listed(name, owner)) {
            if (!listed(FILENAME, theirs[owner]))
                refuse("<" name "> belongs to " theirs[owner])
            return
        }
    # A sink is a module of its own and brings its client library.
    if (folder != "cli/sinks" && !listed(name, all))
        refuse("<" name "> is on no list of layers.awk")
    else if (folder in system_ && !listed(name, system_[folder]))
        refuse(folder "/ may not include <" name "> (" system_[folder] ")")
}

FNR == 1 {
    folder = FILENAME
    sub(/\/[^\/]*$/, "", folder)
    if (!(folder in ours))
        refuse("no floor of layers.awk")
}

folder in ours && /^[ \t]*#[ \t]*include[ \t]*["<]/ {
    name = $0
    quoted = name ~ /include[ \t]*"/
    sub(/^[^"<]*["<]/, "", name)
    sub(/[">].*/, "", name)
    if (quoted)
        check_ours(name)
    else
        check_theirs(name)
}

END { exit broken }
