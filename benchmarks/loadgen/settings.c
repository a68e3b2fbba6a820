#include "settings.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct settings settings = {
    .user = "guest", .password = "guest", .host = "127.0.0.1", .vhost = "/", .port = "5672",
    .mode = "run", .exchange = "", .exchange_type = "", .label = "",
    .publishers = 1, .consumers = 1, .queues = 1, .ack_every = 1, .loops = 1, .batch_bytes = 65536,
    .connections = 100, .size = 16, .duration = 10, .warmup = 2, .hold = 1,
};

enum kind { TEXT, NUMBER, COUNT, REAL, FLAG, ADDRESS, PIDS, HELP };

static const struct {
    const char *name, *argument;
    enum kind kind;
    void *target;
    const char *help;
} options[] = {
    {"uri", "URI", ADDRESS, NULL, "amqp://user:password@host:port/vhost"},
    {"mode", "MODE", TEXT, &settings.mode, "run (default), idle, churn, probe, depth, delete, spin"},
    {"publishers", "N", NUMBER, &settings.publishers, "publishing connections (1; 0 = consume only)"},
    {"consumers", "N", NUMBER, &settings.consumers, "consuming connections (1; 0 = publish only)"},
    {"queues", "N", NUMBER, &settings.queues, "queues PREFIX-0, PREFIX-1 ... (1)"},
    {"prefix", "NAME", TEXT, &settings.prefix, "how the queues' names begin (loadgen-PID)"},
    {"size", "BYTES", NUMBER, &settings.size, "body (16); below 16 there is no latency and no ledger"},
    {"persistent", NULL, FLAG, &settings.persistent, "delivery mode 2"},
    {"durable", NULL, FLAG, &settings.durable, "durable queues and exchange"},
    {"queue-type", "TYPE", TEXT, &settings.queue_type, "x-queue-type"},
    {"confirms", "N", NUMBER, &settings.confirms, "publisher confirms, at most N unconfirmed a publisher"},
    {"auto-ack", NULL, FLAG, &settings.auto_ack, "consume without acknowledgements"},
    {"prefetch", "N", NUMBER, &settings.prefetch, "basic.qos (0 = none)"},
    {"ack-every", "N", NUMBER, &settings.ack_every, "one multiple acknowledgement for N messages (1)"},
    {"duration", "S", REAL, &settings.duration, "seconds that are measured (10)"},
    {"warmup", "S", REAL, &settings.warmup, "seconds before that (2)"},
    {"count", "N", COUNT, &settings.count, "stop after N messages; no warm-up; --duration above 10 bounds it"},
    {"rate", "N", REAL, &settings.rate, "messages a second over all publishers (0 = what it takes)"},
    {"in-flight", "N", COUNT, &settings.in_flight, "publish at most N ahead of the consumers"},
    {"exchange", "NAME", TEXT, &settings.exchange, "publish there; the queues are bound to it"},
    {"exchange-type", "TYPE", TEXT, &settings.exchange_type, "declare that exchange"},
    {"bindings", "N", NUMBER, &settings.bindings, "N bindings over the queues, of wildcards if not direct; each key meets one"},
    {"keep", NULL, FLAG, &settings.keep, "leave queues and exchange there at the end"},
    {"no-declare", NULL, FLAG, &settings.no_declare, "declare nothing, delete nothing"},
    {"loops", "1|2", NUMBER, &settings.loops, "one thread, or one for publishers and one for consumers (1)"},
    {"batch", "BYTES", NUMBER, &settings.batch_bytes, "most bytes to one write (65536)"},
    {"pids", "P,P", PIDS, NULL, "the broker's processes, for their CPU time and memory"},
    {"connections", "N", NUMBER, &settings.connections, "of mode idle (100)"},
    {"hold", "S", REAL, &settings.hold, "mode idle: seconds before memory is read (1)"},
    {"no-consume", NULL, FLAG, &settings.no_consume, "mode idle: no consumer on the connections"},
    {"ledger", NULL, FLAG, &settings.ledger, "one publisher: each message of a counted run must arrive once"},
    {"confirmed-out", "FILE", TEXT, &settings.confirmed_out, "one publisher: write which messages were confirmed"},
    {"check", "FILE", TEXT, &settings.check, "say which of those are missing from what is consumed"},
    {"label", "TEXT", TEXT, &settings.label, "copied to the result"},
    {"verbose", NULL, FLAG, &settings.verbose, "a line a second on the standard error output"},
    {"help", NULL, HELP, NULL, "this"},
};

#define OPTION_COUNT (sizeof options / sizeof *options)

static void print_all(const char *format, va_list arguments) {
    fprintf(stderr, "loadgen: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
}

void complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_all(format, arguments);
    va_end(arguments);
}

_Noreturn void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_all(format, arguments);
    va_end(arguments);
    exit(1);
}

uint64_t copies(void) {
    return strcmp(settings.exchange_type, "fanout") ? 1 : settings.queues;
}

static void usage(void) {
    printf("loadgen: loads an AMQP 0-9-1 broker; the last line of the output is the result, as JSON\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        printf("  --%-14s %-6s %s\n", options[i].name, options[i].argument ? options[i].argument : "",
               options[i].help);
    }
}

static void read_uri(const char *uri) {
    const char *rest = strstr(uri, "://");
    rest = rest ? rest + 3 : uri;
    const char *at = strchr(rest, '@');
    if (at) {
        if (sscanf(rest, "%127[^:@]:%127[^@]", settings.user, settings.password) != 2) {
            die("no user:password in %s", uri);
        }
        rest = at + 1;
    }
    const char *end = rest + strcspn(rest, ":/");
    snprintf(settings.host, sizeof settings.host, "%.*s", (int)(end - rest), rest);
    if (*end == ':') {
        rest = end + 1;
        end = rest + strcspn(rest, "/");
        snprintf(settings.port, sizeof settings.port, "%.*s", (int)(end - rest), rest);
    }
    if (*end == '/' && end[1]) {
        snprintf(settings.vhost, sizeof settings.vhost, "%s", strcasecmp(end, "/%2f") ? end + 1 : "/");
    }
}

static void read_pids(char *list) {
    for (char *pid = strtok(list, ","); pid; pid = strtok(NULL, ",")) {
        if (settings.pid_count == PIDS_MAX) {
            die("more than %d processes", PIDS_MAX);
        }
        settings.pids[settings.pid_count++] = atoi(pid);
    }
}

/* Counts may end in k or M. */
static double number(const char *name, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || value < 0) {
        die("--%s: '%s' (expected: a number)", name, text);
    }
    if (*end == 'k') {
        value *= 1e3;
    } else if (*end == 'M') {
        value *= 1e6;
    } else if (*end) {
        die("--%s: '%s' (expected: a number)", name, text);
    }
    return value;
}

static void take(size_t index, char *value) {
    void *target = options[index].target;
    const char *name = options[index].name;
    switch (options[index].kind) {
    case TEXT: *(const char **)target = value; break;
    case NUMBER: *(int *)target = number(name, value); break;
    case COUNT: *(uint64_t *)target = number(name, value); break;
    case REAL: *(double *)target = number(name, value); break;
    case FLAG: *(bool *)target = true; break;
    case ADDRESS: read_uri(value); break;
    case PIDS: read_pids(value); break;
    case HELP: usage(); exit(0);
    }
}

static void judge(void) {
    bool stamped = settings.size >= 16;
    if (settings.queues < 1 || settings.ack_every < 1 || settings.loops < 1 || settings.loops > 2) {
        die("--queues and --ack-every must be 1 or more, --loops 1 or 2");
    }
    if (settings.prefetch && settings.ack_every > settings.prefetch) {
        die("--ack-every above --prefetch would wait for ever");
    }
    if ((settings.ledger || settings.confirmed_out) && settings.publishers != 1) {
        die("a ledger is of one publisher");
    }
    if (settings.ledger && (!settings.count || !settings.consumers || copies() > 1)) {
        die("--ledger needs --count, consumers, and an exchange that makes no copies");
    }
    if (!stamped && (settings.ledger || settings.check)) {
        die("bodies below 16 bytes carry no number: no ledger");
    }
}

void read_settings(int argc, char **argv) {
    struct option longs[OPTION_COUNT + 1] = {0};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        longs[i].name = options[i].name;
        longs[i].has_arg = options[i].argument ? required_argument : no_argument;
    }
    int index, found;
    while ((found = getopt_long(argc, argv, "", longs, &index)) != -1) {
        if (found == '?') {
            exit(2);
        }
        take(index, optarg);
    }
    if (optind < argc) {
        die("'%s' is no option", argv[optind]);
    }
    if (!settings.prefix) {
        /* What is still on its way to the last run's queue must not reach this one's. */
        static char own[32];
        snprintf(own, sizeof own, "loadgen-%d", getpid());
        settings.prefix = own;
    }
    judge();
}
