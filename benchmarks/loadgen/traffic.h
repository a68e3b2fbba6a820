/*
 * The messages: publishers, consumers, and what both have counted. With two loops the publishers' thread and the
 * consumers' share the atomic counters only; a ledger or a histogram belongs to one of them.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "figures.h"
#include "ledger.h"

struct traffic {
    atomic_uint_fast64_t published, confirmed, refused, consumed, redelivered;
    atomic_bool stop_publishing, stop, measuring, broken;
    uint64_t begin_ns;
    /* of the publishers' thread */
    struct histogram confirm_latency;
    struct ledger confirmed_ledger;
    /* of the consumers' thread */
    struct histogram end_to_end;
    struct ledger consumed_ledger;
    uint64_t duplicates;
};

extern struct traffic traffic;

static inline bool is_measuring(void) {
    return atomic_load_explicit(&traffic.measuring, memory_order_relaxed);
}

/* Encodes the messages of a publisher and turns confirms on. */
void prepare_publisher(struct connection *connection, int index);
/* Sends what may be sent; returns true when it could go on at once. */
bool publish_some(struct connection *connection);
/* The broker confirmed or refused; `now` is in nanoseconds. */
void on_confirm(struct connection *connection, uint64_t tag, bool multiple, bool refused, uint64_t now);

void prepare_consumer(struct connection *connection, int queue);
/* Reads once from the socket and handles every whole frame. */
void receive_some(struct connection *connection);
/* Sends acknowledgements that are left in connection->out. */
void send_rest(struct connection *connection);

#endif
