/* The ordinary run: publishers and consumers, one event loop for all or one for each kind. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "modes.h"
#include "settings.h"
#include "topology.h"
#include "traffic.h"

/* A counted run with nothing to do for so long will not end by itself. */
#define IDLE_SECONDS_MAX 30

struct loop {
    struct connection **connections;
    int count, epoll;
    pthread_t thread;
};

/* What was counted and spent by some moment. */
struct reading {
    struct spent spent;
    uint64_t published, confirmed, refused, consumed;
};

static struct reading read_now(void) {
    return (struct reading){spent_so_far(), traffic.published, traffic.confirmed, traffic.refused, traffic.consumed};
}

static void watch(const struct loop *loop, int index, int operation) {
    const struct connection *connection = loop->connections[index];
    struct epoll_event event = {.events = EPOLLIN | (connection->wants_to_write ? EPOLLOUT : 0), .data.u32 = index};
    epoll_ctl(loop->epoll, operation, connection->socket, &event);
}

static int wait_for_events(const struct loop *loop, struct epoll_event *events, bool busy) {
    struct timespec wait = {0, busy ? 0 : 1000000};
    if (settings.rate > 0 && !busy) {
        wait.tv_nsec = 1000000 - (now_ns() - traffic.begin_ns) % 1000000; /* to the next whole millisecond */
    }
    return epoll_pwait2(loop->epoll, events, loop->count, &wait, NULL);
}

static void handle_event(struct connection *connection, uint32_t events) {
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        receive_some(connection);
    }
    if (events & EPOLLOUT) {
        connection->wants_to_write = false;
        if (connection->out.length) {
            send_rest(connection);
        }
    }
}

/* Lets every publisher send; returns whether any could go on at once. */
static bool publish_round(struct loop *loop, bool *watched_for_writing) {
    bool busy = false;
    for (int i = 0; i < loop->count; i++) {
        struct connection *connection = loop->connections[i];
        if (connection->publisher && !connection->wants_to_write && !connection->blocked) {
            busy |= publish_some(connection);
        }
        if (connection->wants_to_write != watched_for_writing[i]) {
            watch(loop, i, EPOLL_CTL_MOD);
            watched_for_writing[i] = connection->wants_to_write;
        }
    }
    return busy;
}

static void *run_loop(void *argument) {
    struct loop *loop = argument;
    struct epoll_event *events = calloc(loop->count + 1, sizeof *events);
    bool *watched_for_writing = calloc(loop->count + 1, sizeof *watched_for_writing);
    for (int i = 0; i < loop->count; i++) {
        fcntl(loop->connections[i]->socket, F_SETFL, O_NONBLOCK);
        watch(loop, i, EPOLL_CTL_ADD);
    }
    prctl(PR_SET_TIMERSLACK, 1);
    bool busy = true;
    while (!traffic.stop && !traffic.broken) {
        int count = wait_for_events(loop, events, busy);
        for (int i = 0; i < count; i++) {
            handle_event(loop->connections[events[i].data.u32], events[i].events);
        }
        busy = publish_round(loop, watched_for_writing);
    }
    free(events);
    free(watched_for_writing);
    return NULL;
}

static void add(struct loop *loop, struct connection *connection) {
    loop->connections = realloc(loop->connections, (loop->count + 1) * sizeof *loop->connections);
    loop->connections[loop->count++] = connection;
}

/* Opens all connections, the consumers' last; returns how many loops there are. */
static int connect_all(struct connection *connections, struct loop loops[2]) {
    int consumers_loop = settings.loops > 1 && settings.publishers;
    for (int i = 0; i < settings.publishers; i++) {
        dial_or_die(&connections[i]);
        prepare_publisher(&connections[i], i);
        add(&loops[0], &connections[i]);
    }
    for (int i = 0; i < settings.consumers; i++) {
        struct connection *connection = &connections[settings.publishers + i];
        dial_or_die(connection);
        prepare_consumer(connection, i % settings.queues);
        add(&loops[consumers_loop], connection);
    }
    return loops[1].count ? 2 : 1;
}

static bool is_complete(void) {
    uint64_t answered = traffic.confirmed + traffic.refused;
    bool out = !settings.publishers || (settings.confirms ? answered : traffic.published) >= settings.count;
    bool in = !settings.consumers || traffic.consumed >= settings.count * copies();
    return out && in;
}

/* Returns when the run is over: by time, by count, because the broker went away, or because nothing moves. */
static void wait_for_end(double from) {
    uint64_t published = traffic.published, consumed = traffic.consumed;
    double ticked = from;
    int idle_seconds = 0;
    bool bounded = !settings.count || settings.duration > 10;
    while (!traffic.broken && !(settings.count && is_complete())) {
        nap(settings.count ? 0.002 : 0.05);
        double now = now_ns() / 1e9;
        if (bounded && now - from >= settings.duration) {
            return;
        }
        if (now - ticked < 1) {
            continue;
        }
        if (settings.verbose) {
            fprintf(stderr, "%6.1f s  published %8.0f/s  consumed %8.0f/s\n", now - from,
                    (traffic.published - published) / (now - ticked), (traffic.consumed - consumed) / (now - ticked));
        }
        idle_seconds = published == traffic.published && consumed == traffic.consumed ? idle_seconds + 1 : 0;
        if (idle_seconds >= IDLE_SECONDS_MAX) {
            complain("nothing moved for %d s", IDLE_SECONDS_MAX);
            return;
        }
        published = traffic.published;
        consumed = traffic.consumed;
        ticked = now;
    }
}

static void print_latency(const char *name, const struct histogram *histogram) {
    printf("\"%s\":[%.1f,%.1f,%.1f,%.1f],", name, histogram_us(histogram, .5), histogram_us(histogram, .99),
           histogram_us(histogram, .999), histogram->max / 1e3);
}

static void print_ledger(void) {
    struct ledger wanted = {0};
    uint64_t expected = 0, missing = 0;
    if (settings.check) {
        wanted = ledger_read(settings.check);
    } else if (settings.ledger && settings.confirms) {
        wanted = traffic.confirmed_ledger;
    } else if (settings.ledger) {
        for (uint64_t i = 0; i < traffic.published; i++) {
            ledger_add(&wanted, i);
        }
    }
    for (uint64_t i = 0; i < wanted.length; i++) {
        if (ledger_has(&wanted, i)) {
            expected++;
            missing += !ledger_has(&traffic.consumed_ledger, i);
        }
    }
    printf("\"expected\":%lu,\"missing\":%lu,\"duplicates\":%lu,", (unsigned long)expected, (unsigned long)missing,
           (unsigned long)traffic.duplicates);
}

static void print_result(const struct reading *from, const struct reading *to, double memory, double peak) {
    double seconds = to->spent.seconds - from->spent.seconds;
    uint64_t published = to->published - from->published, confirmed = to->confirmed - from->confirmed;
    uint64_t consumed = to->consumed - from->consumed;
    uint64_t messages = settings.consumers ? consumed : settings.confirms ? confirmed : published;
    double millions = messages ? messages / 1e6 : 1e-9;
    double broker = broker_cpu(&from->spent, &to->spent), own = to->spent.generator - from->spent.generator;
    printf("{\"label\":\"%s\",\"seconds\":%.3f,", settings.label, seconds);
    printf("\"published_rate\":%.0f,\"confirmed_rate\":%.0f,\"consumed_rate\":%.0f,", published / seconds,
           confirmed / seconds, consumed / seconds);
    printf("\"published\":%lu,\"confirmed\":%lu,\"refused\":%lu,\"consumed\":%lu,\"redelivered\":%lu,",
           (unsigned long)to->published, (unsigned long)to->confirmed, (unsigned long)to->refused,
           (unsigned long)to->consumed, (unsigned long)traffic.redelivered);
    if (settings.pid_count) {
        printf("\"broker_cpu\":%.2f,\"broker_cpu_per_million\":%.3f,", broker, broker / millions);
        printf("\"memory_mb\":%.0f,\"peak_memory_mb\":%.0f,", memory, peak);
    }
    printf("\"generator_cpu_per_million\":%.3f,\"other_cpu\":%.2f,", own / millions,
           other_cpu(&from->spent, &to->spent));
    print_latency("end_to_end_us", &traffic.end_to_end);
    print_latency("confirm_us", &traffic.confirm_latency);
    print_ledger();
    printf("\"broken\":%s}\n", traffic.broken ? "true" : "false");
}

/* Returns the reading that the measured part begins with. */
static struct reading start(struct loop *loops, int loop_count) {
    bool warm = !settings.count && settings.warmup > 0;
    struct reading reading = read_now();
    traffic.begin_ns = now_ns();
    traffic.measuring = !warm;
    for (int i = 0; i < loop_count; i++) {
        loops[i].epoll = epoll_create1(EPOLL_CLOEXEC);
        pthread_create(&loops[i].thread, NULL, run_loop, &loops[i]);
    }
    if (warm) {
        nap(settings.warmup);
        reading = read_now();
        traffic.measuring = true;
    }
    return reading;
}

static void stop(struct loop *loops, int loop_count) {
    traffic.measuring = false;
    traffic.stop_publishing = true;
    if (!traffic.broken) {
        nap(0.2); /* for what is under way: the last acknowledgements above all */
    }
    traffic.stop = true;
    for (int i = 0; i < loop_count; i++) {
        pthread_join(loops[i].thread, NULL);
    }
}

int run_load(void) {
    struct connection control, *connections = calloc(settings.publishers + settings.consumers + 1, sizeof *connections);
    struct loop loops[2] = {0};
    dial_or_die(&control);
    if (!settings.no_declare) {
        declare_all(&control);
    }
    int loop_count = connect_all(connections, loops);
    struct reading from = start(loops, loop_count);
    wait_for_end(from.spent.seconds);
    struct reading to = read_now();
    stop(loops, loop_count);
    double memory = broker_memory_mb("VmRSS"), peak = broker_memory_mb("VmHWM");
    for (int i = 0; i < settings.publishers + settings.consumers; i++) {
        close(connections[i].socket);
    }
    if (!traffic.broken) {
        if (!settings.keep && !settings.no_declare) {
            delete_all(&control);
        }
        hang_up(&control);
    }
    if (settings.confirmed_out) {
        ledger_write(&traffic.confirmed_ledger, settings.confirmed_out);
    }
    print_result(&from, &to, memory, peak);
    return traffic.broken ? 3 : 0;
}
