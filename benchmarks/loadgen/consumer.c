/* A consumer looks at deliveries where they arrived and acknowledges them in stretches. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "settings.h"
#include "topology.h"
#include "traffic.h"

struct consumer {
    uint64_t body_left, delivery_tag, sent_ns, number;
    int unacknowledged;
    bool at_body_start;
};

struct traffic traffic;

void prepare_consumer(struct connection *connection, int queue) {
    connection->consumer = calloc(1, sizeof *connection->consumer);
    start_consuming(connection, queue);
}

static void put_ack(struct connection *connection) {
    struct consumer *consumer = connection->consumer;
    size_t payload = begin_method(&connection->out, CHANNEL, BASIC_ACK);
    put_u64(&connection->out, consumer->delivery_tag);
    put_u8(&connection->out, consumer->unacknowledged > 1);
    end_frame(&connection->out, payload);
    consumer->unacknowledged = 0;
}

void send_rest(struct connection *connection) {
    struct buffer *out = &connection->out;
    while (connection->out_sent < out->length) {
        ssize_t n = send(connection->socket, out->octets + connection->out_sent, out->length - connection->out_sent,
                         MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN) {
                connection->wants_to_write = true;
            } else {
                atomic_store(&traffic.broken, true);
            }
            return;
        }
        connection->out_sent += n;
    }
    out->length = connection->out_sent = 0;
    if (!connection->publisher) {
        connection->wants_to_write = false;
    }
}

static void message_arrived(struct connection *connection, uint64_t now) {
    struct consumer *consumer = connection->consumer;
    if (settings.size >= 16) {
        if (is_measuring()) {
            histogram_add(&traffic.end_to_end, now > consumer->sent_ns ? now - consumer->sent_ns : 0);
        }
        if ((settings.check || settings.ledger) && ledger_add(&traffic.consumed_ledger, consumer->number)) {
            traffic.duplicates++;
        }
    }
    if (!settings.auto_ack && ++consumer->unacknowledged >= settings.ack_every) {
        put_ack(connection);
    }
}

static void on_method(struct connection *connection, const uint8_t *payload, uint64_t now) {
    switch (get_u32(payload)) {
    case BASIC_DELIVER: {
        const uint8_t *after_tag = payload + 5 + payload[4];
        connection->consumer->delivery_tag = get_u64(after_tag);
        if (after_tag[8]) {
            atomic_fetch_add_explicit(&traffic.redelivered, 1, memory_order_relaxed);
        }
        break;
    }
    case BASIC_ACK: on_confirm(connection, get_u64(payload + 4), payload[12] & 1, false, now); break;
    case BASIC_NACK: on_confirm(connection, get_u64(payload + 4), payload[12] & 1, true, now); break;
    case CONNECTION_CLOSE:
    case CHANNEL_CLOSE:
        tell_close(payload);
        atomic_store(&traffic.broken, true);
        break;
    case BASIC_CANCEL: complain("the broker cancelled a consumer"); break;
    case CONNECTION_BLOCKED:
        connection->blocked = true;
        complain("connection.blocked");
        break;
    case CONNECTION_UNBLOCKED:
        connection->blocked = false;
        complain("connection.unblocked");
        break;
    default: break;
    }
}

/* Returns whether a message is complete with this frame. */
static bool on_content(struct consumer *consumer, const uint8_t *frame, size_t length) {
    const uint8_t *payload = frame + FRAME_HEAD;
    if (frame[0] == HEADER_FRAME) {
        consumer->body_left = get_u64(payload + 4);
        consumer->at_body_start = true;
    } else {
        if (consumer->at_body_start && length >= 16) {
            memcpy(&consumer->sent_ns, payload, sizeof consumer->sent_ns);
            memcpy(&consumer->number, payload + sizeof consumer->sent_ns, sizeof consumer->number);
        }
        consumer->at_body_start = false;
        consumer->body_left -= length;
    }
    return consumer->body_left == 0;
}

/* Handles the frames at hand and returns how many messages they completed. */
static uint64_t handle_frames(struct connection *connection, uint64_t now) {
    const uint8_t *at = connection->in, *end = at + connection->in_length;
    uint64_t messages = 0;
    while (end - at >= FRAME_OVERHEAD) {
        size_t length = get_u32(at + 3);
        if ((size_t)(end - at) < length + FRAME_OVERHEAD) {
            break;
        }
        if (at[0] == METHOD_FRAME) {
            on_method(connection, at + FRAME_HEAD, now);
        } else if (at[0] == HEADER_FRAME || at[0] == BODY_FRAME) {
            if (on_content(connection->consumer, at, length)) {
                messages++;
                message_arrived(connection, now);
            }
        }
        at += length + FRAME_OVERHEAD;
    }
    connection->in_length = end - at;
    memmove(connection->in, at, connection->in_length);
    return messages;
}

/* At the end of a counted run nothing more will come to fill the last stretch. */
static bool is_last_stretch(const struct consumer *consumer) {
    return settings.count && !settings.auto_ack && consumer->unacknowledged
           && atomic_load(&traffic.consumed) >= settings.count * copies();
}

void receive_some(struct connection *connection) {
    reserve_in(connection, connection->publisher ? 16384 : 262144);
    ssize_t n = recv(connection->socket, connection->in + connection->in_length,
                     connection->in_capacity - connection->in_length, 0);
    if (n <= 0) {
        if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            atomic_store(&traffic.broken, true);
        }
        return;
    }
    connection->in_length += n;
    uint64_t messages = handle_frames(connection, now_ns());
    if (messages) {
        atomic_fetch_add_explicit(&traffic.consumed, messages, memory_order_relaxed);
    }
    if (connection->consumer && is_last_stretch(connection->consumer)) {
        put_ack(connection);
    }
    if (connection->out.length) {
        send_rest(connection);
    }
}
