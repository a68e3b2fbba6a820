#include "topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

void queue_name(char *name, int index) {
    snprintf(name, NAME_MAX_OCTETS, "%s-%d", settings.prefix, index);
}

void routing_key(char *key, int publisher, int message) {
    if (settings.bindings) {
        snprintf(key, NAME_MAX_OCTETS, "t.%d.b.x", message % settings.bindings);
    } else {
        queue_name(key, (*settings.exchange ? message : publisher) % settings.queues);
    }
}

/* Four shapes of pattern, or the key itself for a direct exchange; the key t.J.b.x meets exactly the J-th. */
static void binding_pattern(char *pattern, int index) {
    if (!strcmp(settings.exchange_type, "direct")) {
        routing_key(pattern, 0, index);
        return;
    }
    static const char *shapes[] = {"t.%d.*.x", "t.%d.#", "*.%d.b.*", "t.%d.b.#"};
    snprintf(pattern, NAME_MAX_OCTETS, shapes[index % 4], index);
}

uint32_t declare_queue(struct connection *connection, int index, bool passive) {
    char name[NAME_MAX_OCTETS];
    uint8_t answer[300];
    struct buffer arguments = {0}, *out = &connection->out;
    queue_name(name, index);
    if (settings.queue_type) {
        put_text_field(&arguments, "x-queue-type", settings.queue_type);
    }
    size_t payload = begin_method(out, CHANNEL, QUEUE_DECLARE);
    put_u16(out, 0);
    put_short_string(out, name);
    put_u8(out, passive | settings.durable << 1);
    put_u32(out, arguments.length);
    if (arguments.length) {
        put(out, arguments.octets, arguments.length);
    }
    end_frame(out, payload);
    free(arguments.octets);
    if (!call(connection, QUEUE_DECLARE_OK, answer, sizeof answer)) {
        die("cannot declare %s", name);
    }
    return get_u32(answer + 1 + answer[0]);
}

static void bind_queue(struct connection *connection, int index, const char *key) {
    char name[NAME_MAX_OCTETS];
    struct buffer *out = &connection->out;
    queue_name(name, index);
    size_t payload = begin_method(out, CHANNEL, QUEUE_BIND);
    put_u16(out, 0);
    put_short_string(out, name);
    put_short_string(out, settings.exchange);
    put_short_string(out, key);
    put_u8(out, 0);
    put_u32(out, 0);
    end_frame(out, payload);
    call_or_die(connection, QUEUE_BIND_OK);
}

/* Whether the exchange is ours to declare and to delete. */
static bool owns_exchange(void) {
    return *settings.exchange_type && *settings.exchange && strncmp(settings.exchange, "amq.", 4);
}

static void declare_exchange(struct connection *connection) {
    struct buffer *out = &connection->out;
    size_t payload = begin_method(out, CHANNEL, EXCHANGE_DECLARE);
    put_u16(out, 0);
    put_short_string(out, settings.exchange);
    put_short_string(out, settings.exchange_type);
    put_u8(out, settings.durable << 1);
    put_u32(out, 0);
    end_frame(out, payload);
    call_or_die(connection, EXCHANGE_DECLARE_OK);
}

void declare_all(struct connection *connection) {
    char text[NAME_MAX_OCTETS];
    if (owns_exchange()) {
        declare_exchange(connection);
    }
    for (int i = 0; i < settings.queues; i++) {
        declare_queue(connection, i, false);
        if (*settings.exchange && !settings.bindings) {
            queue_name(text, i);
            bind_queue(connection, i, text);
        }
    }
    for (int i = 0; i < settings.bindings; i++) {
        binding_pattern(text, i);
        bind_queue(connection, i % settings.queues, text);
    }
}

static void delete_named(struct connection *connection, enum method method, const char *name, enum method answer) {
    struct buffer *out = &connection->out;
    size_t payload = begin_method(out, CHANNEL, method);
    put_u16(out, 0);
    put_short_string(out, name);
    put_u8(out, 0);
    end_frame(out, payload);
    call_or_die(connection, answer);
}

void delete_all(struct connection *connection) {
    for (int i = 0; i < settings.queues; i++) {
        char name[NAME_MAX_OCTETS];
        queue_name(name, i);
        delete_named(connection, QUEUE_DELETE, name, QUEUE_DELETE_OK);
    }
    if (owns_exchange()) {
        delete_named(connection, EXCHANGE_DELETE, settings.exchange, EXCHANGE_DELETE_OK);
    }
}

static void set_prefetch(struct connection *connection) {
    struct buffer *out = &connection->out;
    size_t payload = begin_method(out, CHANNEL, BASIC_QOS);
    put_u32(out, 0);
    put_u16(out, settings.prefetch);
    put_u8(out, 0);
    end_frame(out, payload);
    call_or_die(connection, BASIC_QOS_OK);
}

void start_consuming(struct connection *connection, int queue) {
    char name[NAME_MAX_OCTETS];
    struct buffer *out = &connection->out;
    if (settings.prefetch) {
        set_prefetch(connection);
    }
    queue_name(name, queue);
    size_t payload = begin_method(out, CHANNEL, BASIC_CONSUME);
    put_u16(out, 0);
    put_short_string(out, name);
    put_short_string(out, "");
    put_u8(out, settings.auto_ack << 1);
    put_u32(out, 0);
    end_frame(out, payload);
    call_or_die(connection, BASIC_CONSUME_OK);
}
