#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "settings.h"

void reserve_in(struct connection *connection, size_t room) {
    if (connection->in_capacity - connection->in_length >= room) {
        return;
    }
    connection->in_capacity = connection->in_length + room;
    connection->in = realloc(connection->in, connection->in_capacity);
    if (!connection->in) {
        die("out of memory");
    }
}

void tell_close(const uint8_t *payload) {
    complain("the broker closed: %u %.*s", get_u16(payload + 4), payload[6], (const char *)payload + 7);
}

static bool send_out(struct connection *connection) {
    for (size_t sent = 0; sent < connection->out.length;) {
        size_t left = connection->out.length - sent;
        ssize_t n = send(connection->socket, connection->out.octets + sent, left, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        sent += n;
    }
    connection->out.length = 0;
    return true;
}

static bool receive_more(struct connection *connection) {
    reserve_in(connection, 8192);
    ssize_t n;
    do {
        n = recv(connection->socket, connection->in + connection->in_length,
                 connection->in_capacity - connection->in_length, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        return false;
    }
    connection->in_length += n;
    return true;
}

/* The octets of the frame at the front, 0 while it is not complete. */
static size_t whole_frame(const struct connection *connection) {
    if (connection->in_length < FRAME_OVERHEAD) {
        return 0;
    }
    size_t octets = (size_t)get_u32(connection->in + 3) + FRAME_OVERHEAD;
    return connection->in_length < octets ? 0 : octets;
}

bool call(struct connection *connection, enum method answer, uint8_t *arguments, size_t room) {
    if (!send_out(connection)) {
        return false;
    }
    for (;;) {
        size_t octets = whole_frame(connection);
        if (!octets) {
            if (!receive_more(connection)) {
                return false;
            }
            continue;
        }
        const uint8_t *payload = connection->in + FRAME_HEAD;
        uint32_t method = connection->in[0] == METHOD_FRAME ? get_u32(payload) : 0;
        bool closed = method == CONNECTION_CLOSE || method == CHANNEL_CLOSE;
        if (closed) {
            tell_close(payload);
        }
        if (method == answer && arguments) {
            size_t length = octets - FRAME_OVERHEAD - 4;
            memcpy(arguments, payload + 4, length < room ? length : room);
        }
        connection->in_length -= octets;
        memmove(connection->in, connection->in + octets, connection->in_length);
        if (closed || method == answer) {
            return method == answer;
        }
    }
}

void call_or_die(struct connection *connection, enum method answer) {
    if (!call(connection, answer, NULL, 0)) {
        die("no answer %u.%u", answer >> 16, answer & 0xffff);
    }
}

static bool open_socket(struct connection *connection) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *address;
    if (getaddrinfo(settings.host, settings.port, &hints, &address)) {
        die("unknown host %s", settings.host);
    }
    int on = 1;
    connection->socket = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool open = connect(connection->socket, address->ai_addr, address->ai_addrlen) == 0;
    freeaddrinfo(address);
    if (!open) {
        close(connection->socket);
        return false;
    }
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return true;
}

static void put_client_properties(struct buffer *out) {
    static const char *capabilities[] = {"publisher_confirms", "basic.nack", "consumer_cancel_notify",
                                         "connection.blocked"};
    struct buffer inner = {0}, table = {0};
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        put_true_field(&inner, capabilities[i]);
    }
    put_text_field(&table, "product", "loadgen");
    put_short_string(&table, "capabilities");
    put_u8(&table, 'F');
    put_long_string(&table, inner.octets, inner.length);
    put_long_string(out, table.octets, table.length);
    free(inner.octets);
    free(table.octets);
}

static void put_start_ok(struct buffer *out) {
    char response[300];
    int length = snprintf(response, sizeof response, "%c%s%c%s", 0, settings.user, 0, settings.password);
    size_t payload = begin_method(out, 0, CONNECTION_START_OK);
    put_client_properties(out);
    put_short_string(out, "PLAIN");
    put_long_string(out, response, length);
    put_short_string(out, "en_US");
    end_frame(out, payload);
}

/* Takes what the broker offers, but no heartbeats: a run ends by itself. */
static void put_tune_ok_and_open(struct buffer *out, const uint8_t *tune) {
    uint32_t frame_max = get_u32(tune + 2);
    size_t payload = begin_method(out, 0, CONNECTION_TUNE_OK);
    put_u16(out, get_u16(tune));
    put_u32(out, !frame_max || frame_max > FRAME_MAX ? FRAME_MAX : frame_max);
    put_u16(out, 0);
    end_frame(out, payload);
    payload = begin_method(out, 0, CONNECTION_OPEN);
    put_short_string(out, settings.vhost);
    put_u8(out, 0);
    put_u8(out, 0);
    end_frame(out, payload);
}

static void put_channel_open(struct buffer *out) {
    size_t payload = begin_method(out, CHANNEL, CHANNEL_OPEN);
    put_u8(out, 0);
    end_frame(out, payload);
}

static bool shake_hands(struct connection *connection) {
    uint8_t tune[8] = {0};
    put(&connection->out, "AMQP\0\0\11\1", 8);
    if (!call(connection, CONNECTION_START, NULL, 0)) {
        return false;
    }
    put_start_ok(&connection->out);
    if (!call(connection, CONNECTION_TUNE, tune, sizeof tune)) {
        return false;
    }
    put_tune_ok_and_open(&connection->out, tune);
    if (!call(connection, CONNECTION_OPEN_OK, NULL, 0)) {
        return false;
    }
    put_channel_open(&connection->out);
    return call(connection, CHANNEL_OPEN_OK, NULL, 0);
}

static void free_connection(struct connection *connection) {
    close(connection->socket);
    free(connection->in);
    free(connection->out.octets);
}

bool dial(struct connection *connection) {
    memset(connection, 0, sizeof *connection);
    if (!open_socket(connection)) {
        return false;
    }
    if (!shake_hands(connection)) {
        free_connection(connection);
        return false;
    }
    return true;
}

void dial_or_die(struct connection *connection) {
    if (!dial(connection)) {
        die("cannot open a connection to %s:%s", settings.host, settings.port);
    }
}

void hang_up(struct connection *connection) {
    size_t payload = begin_method(&connection->out, 0, CONNECTION_CLOSE);
    put_u16(&connection->out, 200);
    put_short_string(&connection->out, "");
    put_u32(&connection->out, 0);
    end_frame(&connection->out, payload);
    call(connection, CONNECTION_CLOSE_OK, NULL, 0);
    free_connection(connection);
}
