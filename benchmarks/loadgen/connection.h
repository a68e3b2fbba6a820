/* A connection with one channel: the handshake, and calls that wait for their answer. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* Everything happens on this channel. */
#define CHANNEL 1

struct connection {
    int socket;
    uint8_t *in;
    size_t in_length, in_capacity;
    struct buffer out; /* what is to be sent next, behind the publisher's messages */
    size_t out_sent;
    bool wants_to_write, blocked;
    struct publisher *publisher; /* null if it consumes */
    struct consumer *consumer;   /* null if it publishes */
};

/* Opens connection and channel; false when the broker is not there or refuses. */
bool dial(struct connection *connection);
/* The same, but the process ends when it does not work. */
void dial_or_die(struct connection *connection);
/* Closes it in the protocol's way. */
void hang_up(struct connection *connection);

/* Sends connection->out and waits for this method; its arguments go to `arguments`, as far as there is room. */
bool call(struct connection *connection, enum method answer, uint8_t *arguments, size_t room);
void call_or_die(struct connection *connection, enum method answer);

/* Makes sure that this many octets more can be received. */
void reserve_in(struct connection *connection, size_t room);

/* Says on the standard error output with which code and text the broker closed; `payload` is that of the method. */
void tell_close(const uint8_t *payload);

#endif
