package io.millrace.server.metrics;

import java.time.Duration;

/**
 * What the broker looks like at the moment. Asked on the thread of the metrics server at every scrape, so an answer
 * should cost little and must not block.
 */
public interface BrokerGauges {
    /** Messages in all queues that wait for a consumer. */
    long messagesReady();

    /** Messages in all queues that were delivered and not yet acknowledged. */
    long messagesUnacked();

    /** Open connections. */
    long connections();

    /** Open channels. */
    long channels();

    /** Queues. */
    long queues();

    /** Consumers on all channels. */
    long consumers();

    /** Channels that have published. */
    long publishers();

    /** Free space where messages are stored, in octets. */
    long diskSpaceAvailableBytes();

    /** Publishers are blocked while less than this is free, in octets. */
    long diskSpaceLimitBytes();

    /** Physical memory that the process takes, in octets. */
    long residentMemoryBytes();

    /** Publishers are blocked while the process takes more than this, in octets. */
    long memoryLimitBytes();

    /** Whether publishers are blocked because memory runs short. */
    boolean isMemoryAlarmOn();

    /** Whether publishers are blocked because disk space runs short. */
    boolean isDiskAlarmOn();

    /** Open files and sockets. */
    long openFileDescriptors();

    /** How many files and sockets may be open. */
    long maxFileDescriptors();

    /** How long the broker has been running. */
    Duration uptime();
}
