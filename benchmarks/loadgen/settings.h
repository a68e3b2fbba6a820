/* What the command line says. Filled once, by read_settings, and only read afterwards. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#define PIDS_MAX 1024

struct settings {
    char user[128], password[128], host[256], vhost[256], port[16];
    const char *mode, *prefix, *exchange, *exchange_type, *queue_type, *label;
    const char *confirmed_out, *check;
    int publishers, consumers, queues, confirms, prefetch, ack_every, bindings, loops, batch_bytes, connections;
    int size;
    bool persistent, durable, auto_ack, keep, no_declare, no_consume, ledger, verbose;
    double duration, warmup, rate, hold;
    uint64_t count, in_flight;
    int pids[PIDS_MAX], pid_count;
};

extern struct settings settings;

/* Ends the process with a usage text or an error when the arguments do not make sense. */
void read_settings(int argc, char **argv);

/* How many copies the exchange makes of each message. */
uint64_t copies(void);

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
