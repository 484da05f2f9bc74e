/* SPDX-License-Identifier: MIT */
/*
 * The load of the benchmarks: a server on loopback that sends frames built
 * beforehand as fast as they are read, or at a rate. One client at a time.
 *
 *   source KIND SIZE COUNT [RATE]
 *
 * KIND is ws, sio3 or sio4, with `s` behind it over TLS (CERT and KEY name
 * PEM files), or wsz: permessage-deflate (RFC 7692), which the client must
 * have offered. SIZE is the payload of a frame in bytes, COUNT how many a client
 * is sent, RATE how many a second (0: as fast as they go). Its first line on
 * standard output is the port. In timed runs (RATE above 0) each payload
 * begins with the time it was sent, in ns of CLOCK_MONOTONIC, as
 * {"t":NS,...}.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum {
    BLOCK = 1048576,
    HEADER_MAX = 10,
    FRAMES_MAX = 131072, /* in a block, of 8 bytes at least */
};

struct source {
    bool socket_io;
    int revision;
    bool secure;
    bool deflates;
    size_t size;
    uint64_t count;
    uint64_t rate;
    SSL_CTX *context;
    char *block; /* whole frames */
    size_t block_size;
    size_t block_count;          /* frames in it */
    size_t ends[FRAMES_MAX + 1]; /* where the first so many of them end */
};

struct peer {
    int socket;
    SSL *tls;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void put(struct peer *peer, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent =
            peer->tls != NULL
                ? SSL_write(peer->tls, data, size > 16384 ? 16384 : (int)size)
                : send(peer->socket, data, size, MSG_NOSIGNAL);

        if (sent <= 0) {
            return; /* the client has had enough */
        }
        data += sent;
        size -= (size_t)sent;
    }
}

static ssize_t get(struct peer *peer, char *data, size_t size)
{
    return peer->tls != NULL ? SSL_read(peer->tls, data, (int)size)
                             : recv(peer->socket, data, size, 0);
}

static size_t put_header(char *to, int opcode, size_t size)
{
    to[0] = (char)(0x80 | opcode);
    if (size < 126) {
        to[1] = (char)size;
        return 2;
    }
    if (size < 65536) {
        to[1] = 126;
        to[2] = (char)(size >> 8);
        to[3] = (char)size;
        return 4;
    }
    to[1] = 127;
    for (int i = 0; i < 8; i++) {
        to[2 + i] = (char)((uint64_t)size >> (56 - 8 * i));
    }
    return 10;
}

static void put_text(struct peer *peer, const char *text)
{
    char frame[512];
    size_t header = put_header(frame, 1, strlen(text));

    memcpy(frame + header, text, strlen(text));
    put(peer, frame, header + strlen(text));
}

/* A payload of exactly source->size bytes: JSON as feeds send it. */
static void fill_payload(const struct source *source, char *to, unsigned n)
{
    char text[512];
    int length;

    if (source->socket_io) {
        length = snprintf(text, sizeof text,
                          "42[\"m\",\"5~CCCAGG~BTC~USD~%u~67432.%02u~"
                          "1732360000~0.0%u~42.1~998877%u~7512.44~"
                          "506631200.1~19843.2~1338211000.5~fe9\",\"",
                          1U << n % 3, n % 100, n % 89 + 10, n % 97);
    } else {
        length = snprintf(text, sizeof text,
                          "{\"t\":1%018u,\"e\":\"trade\",\"s\":\"BTCUSDT\","
                          "\"p\":\"67432.%02u\",\"q\":\"0.0%u\",\"b\":%u,"
                          "\"a\":88%u,\"T\":1732360000%03u,\"m\":%s,\"x\":\"",
                          0U, n % 100, n % 89 + 10, n * 7, n * 3, n % 1000,
                          n % 2 == 0 ? "true" : "false");
    }
    memset(to, 'x', source->size);
    memcpy(to, text, (size_t)length);
    memcpy(to + source->size - 2, source->socket_io ? "\"]" : "\"}", 2);
}

/* The messages of a block share one context, as the blocks do: that nothing
 * in it points before its beginning, whoever inflates them does not mind. */
static void build_deflated(struct source *source)
{
    z_stream stream = {0};
    char payload[65536];
    char deflated[65536 + 64];

    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        die("deflateInit2");
    }
    while (source->block_size + sizeof deflated < BLOCK) {
        char *at = source->block + source->block_size;
        size_t size;
        size_t header;

        fill_payload(source, payload, (unsigned)source->block_count);
        stream.next_in = (unsigned char *)payload;
        stream.avail_in = (unsigned)source->size;
        stream.next_out = (unsigned char *)deflated;
        stream.avail_out = sizeof deflated;
        if (deflate(&stream, Z_SYNC_FLUSH) != Z_OK) {
            die("deflate");
        }
        size = sizeof deflated - stream.avail_out - 4; /* 00 00 ff ff */
        header = put_header(at, 0x40 | 1, size);
        memcpy(at + header, deflated, size);
        source->block_size += header + size;
        source->block_count++;
        source->ends[source->block_count] = source->block_size;
    }
    deflateEnd(&stream);
}

static void build_block(struct source *source)
{
    size_t frame = HEADER_MAX + source->size;
    size_t capacity = frame > BLOCK ? frame : BLOCK;

    source->block = malloc(capacity);
    if (source->block == NULL) {
        die("malloc");
    }
    if (source->deflates) {
        build_deflated(source);
        return;
    }
    while (source->block_size + frame <= capacity) {
        char *at = source->block + source->block_size;
        size_t header = put_header(at, 1, source->size);

        fill_payload(source, at + header, (unsigned)source->block_count);
        source->block_size += header + source->size;
        source->block_count++;
        source->ends[source->block_count] = source->block_size;
    }
}

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void send_all(const struct source *source, struct peer *peer)
{
    uint64_t left = source->count;

    while (left > 0) {
        uint64_t frames =
            left < source->block_count ? left : source->block_count;

        put(peer, source->block, source->ends[frames]);
        left -= frames;
    }
}

static void send_timed(const struct source *source, struct peer *peer)
{
    size_t frame = source->block_size / source->block_count;
    char *payload = source->block + frame - source->size;
    int64_t start = now();

    for (uint64_t i = 0; i < source->count; i++) {
        int64_t due = start + (int64_t)(i * 1000000000 / source->rate);
        struct timespec pause = {.tv_sec = due / 1000000000,
                                 .tv_nsec = due % 1000000000};
        char stamp[32];

        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pause, NULL);
        (void)snprintf(stamp, sizeof stamp, "{\"t\":%19lld", (long long)now());
        if (!source->socket_io) {
            memcpy(payload, stamp, strlen(stamp));
        }
        put(peer, source->block, frame);
    }
}

/* Reads the request and answers 101. */
static bool accept_websocket(const struct source *source, struct peer *peer)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char request[16384];
    size_t size = 0;
    char joined[128];
    unsigned char digest[20];
    char accept[32];
    char answer[256];
    const char *key;

    do {
        ssize_t got = get(peer, request + size, sizeof request - 1 - size);

        if (got <= 0) {
            return false;
        }
        size += (size_t)got;
        request[size] = '\0';
    } while (strstr(request, "\r\n\r\n") == NULL);
    key = strstr(request, "Key: ");
    if (key == NULL) {
        key = strstr(request, "key: ");
    }
    if (key == NULL) {
        return false;
    }
    (void)snprintf(joined, sizeof joined, "%.24s%s", key + 5, guid);
    EVP_Digest(joined, strlen(joined), digest, NULL, EVP_sha1(), NULL);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
    (void)snprintf(answer, sizeof answer,
                   "HTTP/1.1 101 Switching Protocols\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n%s\r\n",
                   accept,
                   source->deflates
                       ? "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                       : "");
    put(peer, answer, strlen(answer));
    return true;
}

static void open_session(const struct source *source, struct peer *peer)
{
    char ignored[4096];

    if (!source->socket_io) {
        return;
    }
    put_text(peer, "0{\"sid\":\"bench\",\"upgrades\":[],"
                   "\"pingInterval\":2500000,\"pingTimeout\":2000000,"
                   "\"maxPayload\":1000000}");
    if (source->revision == 3) {
        put_text(peer, "40");
    } else {
        (void)get(peer, ignored, sizeof ignored); /* its 40 */
        put_text(peer, "40{\"sid\":\"bench-socket\"}");
    }
}

static void serve(const struct source *source, int socket)
{
    struct peer peer = {.socket = socket};
    char ignored[4096];

    if (source->secure) {
        peer.tls = SSL_new(source->context);
        SSL_set_fd(peer.tls, socket);
        if (SSL_accept(peer.tls) != 1) {
            SSL_free(peer.tls);
            return;
        }
    }
    if (accept_websocket(source, &peer)) {
        open_session(source, &peer);
        if (source->rate > 0) {
            send_timed(source, &peer);
        } else {
            send_all(source, &peer);
        }
        put(&peer, "\x88\x02\x03\xe8", 4);
        /* The client answers, and may then wait for the server to close
         * first (RFC 6455, section 7.1.1). */
        if (get(&peer, ignored, sizeof ignored) > 0) {
            shutdown(socket, SHUT_WR);
        }
        while (get(&peer, ignored, sizeof ignored) > 0) {
        }
    }
    SSL_free(peer.tls);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        die("listen");
    }
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void read_kind(struct source *source, const char *kind)
{
    source->secure = kind[strlen(kind) - 1] == 's' && strcmp(kind, "ws") != 0;
    source->deflates = strcmp(kind, "wsz") == 0;
    source->socket_io = strncmp(kind, "sio", 3) == 0;
    source->revision = source->socket_io ? kind[3] - '0' : 0;
    if (source->secure) {
        source->context = SSL_CTX_new(TLS_server_method());
        if (SSL_CTX_use_certificate_chain_file(source->context,
                                               getenv("CERT")) != 1 ||
            SSL_CTX_use_PrivateKey_file(source->context, getenv("KEY"),
                                        SSL_FILETYPE_PEM) != 1) {
            fprintf(stderr, "source: CERT and KEY cannot be used\n");
            exit(1);
        }
    }
}

int main(int argc, char **argv)
{
    static struct source source;
    int listener;

    if (argc < 4) {
        fprintf(stderr, "usage: source KIND SIZE COUNT [RATE]\n");
        return 2;
    }
    read_kind(&source, argv[1]);
    source.size = strtoull(argv[2], NULL, 10);
    source.count = strtoull(argv[3], NULL, 10);
    source.rate = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    build_block(&source);
    listener = listen_anywhere();
    for (;;) {
        int one = 1;
        int client = accept(listener, NULL, NULL);

        if (client < 0) {
            die("accept");
        }
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        serve(&source, client);
        close(client);
    }
}
