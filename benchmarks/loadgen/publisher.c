/*
 * A publisher encodes a block of messages once and sends it round and round: a run of messages is one write, and all
 * that is done for a message is to stamp its first 16 octets with the time (ns) and its number.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "settings.h"
#include "topology.h"
#include "traffic.h"

#define STAMP_OCTETS 16
/* Frames, method arguments and names of a message beside its body, at most about. */
#define MESSAGE_OVERHEAD 100
/* Writes in a row before the other connections of the loop have their turn. */
#define WRITES_A_TURN 4

struct publisher {
    struct buffer block;
    uint32_t *starts, *bodies; /* where in the block each message, and its body, begins */
    uint32_t count, next;
    const uint8_t *pending; /* what the socket did not take yet */
    size_t pending_length;
    uint64_t sent;
    double rate;
    /* confirms: a ring by delivery tag, for the tags from lowest_open to sent */
    uint64_t lowest_open, ring_mask, *sent_ns;
    bool *settled;
};

static void put_message(struct publisher *publisher, const char *key, const uint8_t *body) {
    struct buffer *out = &publisher->block;
    publisher->starts[publisher->count] = out->length;
    size_t payload = begin_method(out, CHANNEL, BASIC_PUBLISH);
    put_u16(out, 0);
    put_short_string(out, settings.exchange);
    put_short_string(out, key);
    put_u8(out, 0);
    end_frame(out, payload);
    payload = begin_frame(out, HEADER_FRAME, CHANNEL);
    put_u16(out, 60);
    put_u16(out, 0);
    put_u64(out, settings.size);
    put_u16(out, 0x1000); /* the delivery mode, and nothing else */
    put_u8(out, settings.persistent ? 2 : 1);
    end_frame(out, payload);
    for (int at = 0; at < settings.size;) {
        int most = FRAME_MAX - FRAME_OVERHEAD, length = settings.size - at < most ? settings.size - at : most;
        payload = begin_frame(out, BODY_FRAME, CHANNEL);
        if (at == 0) {
            publisher->bodies[publisher->count] = payload;
        }
        put(out, body + at, length);
        end_frame(out, payload);
        at += length;
    }
    publisher->count++;
}

static void encode_block(struct publisher *publisher, int index) {
    uint32_t count = settings.batch_bytes / (settings.size + MESSAGE_OVERHEAD) + 1;
    if (count < (uint32_t)settings.bindings) {
        count = settings.bindings; /* so that every binding is met */
    }
    uint8_t *body = malloc(settings.size + 1);
    for (int i = 0; i < settings.size; i++) {
        body[i] = 'a' + i % 26;
    }
    publisher->starts = calloc(count + 1, sizeof *publisher->starts);
    publisher->bodies = calloc(count + 1, sizeof *publisher->bodies);
    for (uint32_t i = 0; i < count; i++) {
        char key[NAME_MAX_OCTETS];
        routing_key(key, index, i);
        put_message(publisher, key, body);
    }
    publisher->starts[count] = publisher->block.length;
    free(body);
}

static void select_confirms(struct connection *connection) {
    struct publisher *publisher = connection->publisher;
    uint64_t slots = 1;
    while (slots < (uint64_t)settings.confirms * 2) {
        slots *= 2;
    }
    publisher->ring_mask = slots - 1;
    publisher->settled = calloc(slots, sizeof *publisher->settled);
    publisher->sent_ns = calloc(slots, sizeof *publisher->sent_ns);
    publisher->lowest_open = 1;
    size_t payload = begin_method(&connection->out, CHANNEL, CONFIRM_SELECT);
    put_u8(&connection->out, 0);
    end_frame(&connection->out, payload);
    call_or_die(connection, CONFIRM_SELECT_OK);
}

void prepare_publisher(struct connection *connection, int index) {
    connection->publisher = calloc(1, sizeof *connection->publisher);
    encode_block(connection->publisher, index);
    connection->publisher->rate = settings.rate / settings.publishers;
    if (settings.confirms) {
        select_confirms(connection);
    }
}

void on_confirm(struct connection *connection, uint64_t tag, bool multiple, bool refused, uint64_t now) {
    struct publisher *publisher = connection->publisher;
    uint64_t from = multiple ? publisher->lowest_open : tag, to = multiple && !tag ? publisher->sent : tag, count = 0;
    if (!publisher->settled || to > publisher->sent) {
        complain("the broker confirmed %lu, which was not published", (unsigned long)to);
        atomic_store(&traffic.broken, true);
        return;
    }
    for (uint64_t i = from; i <= to; i++) {
        uint64_t slot = i & publisher->ring_mask;
        if (publisher->settled[slot]) {
            continue;
        }
        publisher->settled[slot] = true;
        count++;
        if ((settings.confirmed_out || settings.ledger) && !refused) {
            ledger_add(&traffic.confirmed_ledger, i - 1);
        }
        if (is_measuring()) {
            histogram_add(&traffic.confirm_latency, now - publisher->sent_ns[slot]);
        }
    }
    bool *lowest = &publisher->settled[publisher->lowest_open & publisher->ring_mask];
    while (publisher->lowest_open <= publisher->sent && *lowest) {
        *lowest = false;
        lowest = &publisher->settled[++publisher->lowest_open & publisher->ring_mask];
    }
    atomic_fetch_add_explicit(refused ? &traffic.refused : &traffic.confirmed, count, memory_order_relaxed);
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static uint64_t room(uint64_t limit, uint64_t used) {
    return limit > used ? limit - used : 0;
}

/* How many messages may be sent now: to the end of the block, and within every limit that was asked for. */
static uint64_t allowance(const struct publisher *publisher, uint64_t now) {
    uint64_t published = atomic_load_explicit(&traffic.published, memory_order_relaxed);
    uint64_t message_octets = publisher->block.length / publisher->count;
    uint64_t allowed = publisher->count - publisher->next;
    uint64_t a_write = settings.batch_bytes / message_octets;
    allowed = least(allowed, a_write ? a_write : 1);
    if (settings.confirms) {
        allowed = least(allowed, room(settings.confirms, publisher->sent - (publisher->lowest_open - 1)));
    }
    if (settings.count) {
        allowed = least(allowed, room(settings.count, published));
    }
    if (settings.in_flight) {
        uint64_t consumed = atomic_load_explicit(&traffic.consumed, memory_order_relaxed) / copies();
        allowed = least(allowed, room(settings.in_flight, published - consumed));
    }
    if (settings.rate > 0) {
        uint64_t ms = (now - traffic.begin_ns) / 1000000;
        allowed = least(allowed, room(ms / 1e3 * publisher->rate, publisher->sent));
    }
    return allowed;
}

/*
 * When the next message is due. At a given rate that is a whole millisecond, and what holds the publisher back counts
 * as latency: otherwise a broker that stalls would stop the clock.
 */
static uint64_t due_ns(const struct publisher *publisher, uint64_t now) {
    if (settings.rate <= 0) {
        return now;
    }
    uint64_t number = publisher->sent + 1, ms = number / publisher->rate * 1e3;
    if (number > ms / 1e3 * publisher->rate) {
        ms++;
    }
    return least(traffic.begin_ns + ms * 1000000, now);
}

static void stamp(struct publisher *publisher, uint64_t count, uint64_t now) {
    for (uint64_t i = 0; i < count; i++) {
        uint64_t due = due_ns(publisher, now);
        if (settings.size >= STAMP_OCTETS) {
            uint8_t *body = publisher->block.octets + publisher->bodies[publisher->next + i];
            memcpy(body, &due, sizeof due);
            memcpy(body + sizeof due, &publisher->sent, sizeof publisher->sent);
        }
        publisher->sent++;
        if (settings.confirms) {
            publisher->sent_ns[publisher->sent & publisher->ring_mask] = due;
        }
    }
}

static bool write_pending(struct connection *connection) {
    struct publisher *publisher = connection->publisher;
    ssize_t n = send(connection->socket, publisher->pending, publisher->pending_length, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
        atomic_store(&traffic.broken, true);
        return false;
    }
    if (n > 0) {
        publisher->pending += n;
        publisher->pending_length -= n;
    }
    connection->wants_to_write = publisher->pending_length > 0;
    return !connection->wants_to_write;
}

bool publish_some(struct connection *connection) {
    struct publisher *publisher = connection->publisher;
    for (int i = 0; i < WRITES_A_TURN; i++) {
        if (publisher->pending_length && !write_pending(connection)) {
            return false;
        }
        if (atomic_load_explicit(&traffic.stop_publishing, memory_order_relaxed)) {
            return false;
        }
        uint64_t now = now_ns(), count = allowance(publisher, now);
        if (!count) {
            return false;
        }
        stamp(publisher, count, now);
        uint32_t start = publisher->starts[publisher->next], end = publisher->starts[publisher->next + count];
        publisher->pending = publisher->block.octets + start;
        publisher->pending_length = end - start;
        publisher->next = (publisher->next + count) % publisher->count;
        atomic_fetch_add_explicit(&traffic.published, count, memory_order_relaxed);
    }
    return true;
}
