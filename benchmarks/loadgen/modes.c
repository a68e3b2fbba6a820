#include "modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "figures.h"
#include "settings.h"
#include "topology.h"

int run_idle(void) {
    struct connection control, *connections = calloc(settings.connections + 1, sizeof *connections);
    dial_or_die(&control);
    declare_all(&control);
    double before = broker_memory_mb("VmRSS");
    struct spent from = spent_so_far();
    for (int i = 0; i < settings.connections; i++) {
        dial_or_die(&connections[i]);
        if (!settings.no_consume) {
            start_consuming(&connections[i], i % settings.queues);
        }
    }
    struct spent to = spent_so_far();
    nap(settings.hold);
    double after = broker_memory_mb("VmRSS");
    printf("{\"label\":\"%s\",\"connections\":%d,\"opened_rate\":%.0f,", settings.label, settings.connections,
           settings.connections / (to.seconds - from.seconds));
    if (settings.pid_count) {
        printf("\"cpu_ms_per_connection\":%.3f,", broker_cpu(&from, &to) * 1e3 / settings.connections);
        printf("\"memory_before_mb\":%.1f,\"memory_mb\":%.1f,\"kb_per_connection\":%.1f,", before, after,
               (after - before) * 1024 / settings.connections);
    }
    printf("\"other_cpu\":%.2f}\n", other_cpu(&from, &to));
    fflush(stdout);
    for (int i = 0; i < settings.connections; i++) {
        close(connections[i].socket);
    }
    nap(1); /* the broker notices before the queues go: no consumer is left to be told */
    delete_all(&control);
    hang_up(&control);
    return 0;
}

int run_churn(void) {
    struct histogram *histogram = calloc(1, sizeof *histogram);
    struct spent from = spent_so_far();
    double now;
    do {
        struct connection connection;
        uint64_t begin = now_ns();
        dial_or_die(&connection);
        hang_up(&connection);
        histogram_add(histogram, now_ns() - begin);
        now = now_ns() / 1e9;
    } while (now - from.seconds < settings.duration);
    struct spent to = spent_so_far();
    printf("{\"label\":\"%s\",\"churn_rate\":%.0f,", settings.label, histogram->total / (to.seconds - from.seconds));
    if (settings.pid_count) {
        printf("\"cpu_ms_per_connection\":%.3f,", broker_cpu(&from, &to) * 1e3 / histogram->total);
    }
    printf("\"connection_us\":[%.0f,%.0f,%.0f],\"other_cpu\":%.2f}\n", histogram_us(histogram, .5),
           histogram_us(histogram, .99), histogram->max / 1e3, other_cpu(&from, &to));
    free(histogram);
    return 0;
}

int run_probe(void) {
    struct connection connection;
    uint64_t begin = now_ns();
    while (now_ns() - begin < settings.duration * 1e9) {
        if (dial(&connection)) {
            printf("%.3f\n", (now_ns() - begin) / 1e9);
            hang_up(&connection);
            return 0;
        }
        nap(0.005);
    }
    return 1;
}

int run_depth(void) {
    struct connection connection;
    unsigned long messages = 0;
    dial_or_die(&connection);
    for (int i = 0; i < settings.queues; i++) {
        messages += declare_queue(&connection, i, true);
    }
    printf("%lu\n", messages);
    hang_up(&connection);
    return 0;
}

int run_delete(void) {
    struct connection connection;
    dial_or_die(&connection);
    delete_all(&connection);
    hang_up(&connection);
    return 0;
}

/* Additions at random places of 16 MiB: arithmetic and memory, as in a broker. */
int run_spin(void) {
    enum { WORDS = 1 << 21, STEPS = 30000000 };
    uint64_t *words = calloc(WORDS, sizeof *words), x = 88172645463325252u, begin = now_ns();
    for (int i = 0; i < STEPS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        words[x & (WORDS - 1)] += x;
    }
    double ms = (now_ns() - begin) / 1e6;
    printf("%.1f\n", ms + (words[x & (WORDS - 1)] == 1)); /* uses the sums, or the compiler would leave them out */
    free(words);
    return 0;
}
