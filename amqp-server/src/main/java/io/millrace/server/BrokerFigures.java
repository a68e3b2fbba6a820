package io.millrace.server;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.alarm.Resource;
import io.millrace.server.connection.Connections;
import io.millrace.server.metrics.BrokerGauges;
import io.millrace.server.metrics.ProcessFigures;
import io.millrace.server.queue.Queue;
import io.millrace.server.vhost.VirtualHost;
import io.millrace.server.vhost.VirtualHosts;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What the broker looks like at the moment, for those who watch it. */
final class BrokerFigures implements BrokerGauges {
    private final VirtualHosts virtualHosts;
    private final Connections connections;
    private final Alarms alarms;
    private final long startedNanos = System.nanoTime();

    BrokerFigures(VirtualHosts virtualHosts, Connections connections, Alarms alarms) {
        this.virtualHosts = virtualHosts;
        this.connections = connections;
        this.alarms = alarms;
    }

    private long sumOverQueues(ToLongFunction<Queue> figure) {
        long sum = 0;
        for (VirtualHost virtualHost : virtualHosts.all()) {
            for (Queue queue : virtualHost.queues()) {
                sum += figure.applyAsLong(queue);
            }
        }
        return sum;
    }

    @Override
    public long messagesReady() {
        return sumOverQueues(Queue::readyCount);
    }

    @Override
    public long messagesUnacked() {
        return sumOverQueues(Queue::unackedCount);
    }

    @Override
    public long connections() {
        return connections.count();
    }

    @Override
    public long channels() {
        return connections.channelCount();
    }

    @Override
    public long queues() {
        return sumOverQueues(queue -> 1);
    }

    @Override
    public long consumers() {
        return sumOverQueues(Queue::consumerCount);
    }

    @Override
    public long publishers() {
        return connections.publisherCount();
    }

    @Override
    public long diskSpaceAvailableBytes() {
        return alarms.disk().freeBytes();
    }

    @Override
    public long diskSpaceLimitBytes() {
        return alarms.disk().limitBytes();
    }

    @Override
    public long residentMemoryBytes() {
        return ProcessFigures.residentMemoryBytes();
    }

    @Override
    public long memoryLimitBytes() {
        return alarms.memory().limitBytes();
    }

    @Override
    public boolean isMemoryAlarmOn() {
        return alarms.isOn(Resource.MEMORY);
    }

    @Override
    public boolean isDiskAlarmOn() {
        return alarms.isOn(Resource.DISK);
    }

    @Override
    public long openFileDescriptors() {
        return ProcessFigures.openFileDescriptors();
    }

    @Override
    public long maxFileDescriptors() {
        return ProcessFigures.maxFileDescriptors();
    }

    @Override
    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
