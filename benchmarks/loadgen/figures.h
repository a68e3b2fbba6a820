/* What is measured: times, latencies, and what processes spend. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdint.h>

uint64_t now_ns(void);
void nap(double seconds);

/* Latencies in steps of 1/64 of a power of two: the error of a percentile is below 1.6 %. */
#define HISTOGRAM_STEPS 64

struct histogram {
    uint64_t counts[60 * HISTOGRAM_STEPS], total, max;
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The latency that this share of the samples does not pass, in microseconds; 0 without samples. */
double histogram_us(const struct histogram *histogram, double share);

/* CPU seconds so far: of the broker's processes, of this one, of the whole machine. */
struct spent {
    double seconds, broker_user, broker_system, generator, machine;
};

struct spent spent_so_far(void);
double broker_cpu(const struct spent *from, const struct spent *to);
/* What ran on the machine and was neither broker nor generator. */
double other_cpu(const struct spent *from, const struct spent *to);

/* The sum of a field of /proc/PID/status over the broker's processes, such as VmRSS, in MiB. */
double broker_memory_mb(const char *field);

#endif
