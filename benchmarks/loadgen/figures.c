#define _GNU_SOURCE
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "settings.h"

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

void nap(double seconds) {
    struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

/* Below 64 ns a slot is a nanosecond; from there on the leading seven bits choose the slot. */
void histogram_add(struct histogram *histogram, uint64_t ns) {
    uint64_t slot = ns;
    if (ns >= HISTOGRAM_STEPS) {
        unsigned shift = 57 - __builtin_clzll(ns);
        slot = shift * HISTOGRAM_STEPS + (ns >> shift);
    }
    histogram->counts[slot]++;
    histogram->total++;
    if (ns > histogram->max) {
        histogram->max = ns;
    }
}

double histogram_us(const struct histogram *histogram, double share) {
    uint64_t wanted = histogram->total * share, seen = 0;
    for (uint64_t slot = 0; slot < 60 * HISTOGRAM_STEPS; slot++) {
        seen += histogram->counts[slot];
        if (seen > wanted) {
            if (slot < 2 * HISTOGRAM_STEPS) {
                return slot / 1e3;
            }
            unsigned shift = slot / HISTOGRAM_STEPS - 1;
            return ((slot - shift * HISTOGRAM_STEPS) << shift) / 1e3;
        }
    }
    return histogram->max / 1e3;
}

static void add_process(int pid, struct spent *spent) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) {
        return;
    }
    if (fgets(line, sizeof line, file)) {
        /* The program's name is in parentheses and may hold anything, parentheses too. */
        const char *fields = strrchr(line, ')');
        unsigned long user, system;
        if (fields && sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
            double hz = sysconf(_SC_CLK_TCK);
            spent->broker_user += user / hz;
            spent->broker_system += system / hz;
        }
    }
    fclose(file);
}

static double machine_cpu(void) {
    FILE *file = fopen("/proc/stat", "r");
    if (!file) {
        return 0;
    }
    unsigned long long user, nice, system, irq, soft_irq, stolen;
    double seconds = 0;
    if (fscanf(file, "cpu %llu %llu %llu %*u %*u %llu %llu %llu", &user, &nice, &system, &irq, &soft_irq, &stolen)
        == 6) {
        seconds = (user + nice + system + irq + soft_irq + stolen) / (double)sysconf(_SC_CLK_TCK);
    }
    fclose(file);
    return seconds;
}

struct spent spent_so_far(void) {
    struct spent spent = {.seconds = now_ns() / 1e9};
    for (int i = 0; i < settings.pid_count; i++) {
        add_process(settings.pids[i], &spent);
    }
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    spent.generator = own.ru_utime.tv_sec + own.ru_stime.tv_sec + (own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
    spent.machine = machine_cpu();
    return spent;
}

double broker_cpu(const struct spent *from, const struct spent *to) {
    return to->broker_user - from->broker_user + to->broker_system - from->broker_system;
}

double other_cpu(const struct spent *from, const struct spent *to) {
    return to->machine - from->machine - broker_cpu(from, to) - (to->generator - from->generator);
}

double broker_memory_mb(const char *field) {
    double kb = 0;
    for (int i = 0; i < settings.pid_count; i++) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/status", settings.pids[i]);
        FILE *file = fopen(path, "r");
        if (!file) {
            continue;
        }
        while (fgets(line, sizeof line, file)) {
            if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':') {
                kb += atof(line + strlen(field) + 1);
            }
        }
        fclose(file);
    }
    return kb / 1024;
}
