/* The queues, the exchange and the bindings that the settings ask for. */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"

#define NAME_MAX_OCTETS 256

void queue_name(char *name, int index);

/* The routing key of a publisher's n-th message. */
void routing_key(char *key, int publisher, int message);

/* Declares a queue and returns how many messages wait in it. */
uint32_t declare_queue(struct connection *connection, int index, bool passive);

void declare_all(struct connection *connection);
void delete_all(struct connection *connection);

void start_consuming(struct connection *connection, int queue);

#endif
