package io.millrace.server.metrics;

import java.time.Duration;

/** A broker that stands still. Every figure is different, so that a mix-up shows. */
final class FixedGauges implements BrokerGauges {
    @Override
    public long messagesReady() {
        return 101;
    }

    @Override
    public long messagesUnacked() {
        return 102;
    }

    @Override
    public long connections() {
        return 103;
    }

    @Override
    public long channels() {
        return 104;
    }

    @Override
    public long queues() {
        return 105;
    }

    @Override
    public long consumers() {
        return 106;
    }

    @Override
    public long publishers() {
        return 107;
    }

    @Override
    public long diskSpaceAvailableBytes() {
        return 108;
    }

    @Override
    public long diskSpaceLimitBytes() {
        return 109;
    }

    @Override
    public long residentMemoryBytes() {
        return 110;
    }

    @Override
    public long memoryLimitBytes() {
        return 111;
    }

    @Override
    public boolean isMemoryAlarmOn() {
        return false;
    }

    @Override
    public boolean isDiskAlarmOn() {
        return true;
    }

    @Override
    public long openFileDescriptors() {
        return 112;
    }

    @Override
    public long maxFileDescriptors() {
        return 113;
    }

    @Override
    public Duration uptime() {
        return Duration.ofMillis(114_500);
    }
}
