package io.millrace.server.net;

import io.millrace.codec.ContentBlocks;
import io.millrace.log.MessageLog;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The event loops: connections and queues live on them. */
public final class EventLoops {
    private static final long SHUTDOWN_SECONDS_MAX = 5;

    private final Transport transport;
    private final EventLoopGroup group;
    private final List<EventLoopHome> homes = new ArrayList<>();
    private int nextHome;

    /**
     * @param counters gives each loop its own
     * @param blocks where the bodies of small messages go
     */
    public EventLoops(Transport transport, int loops, Supplier<LoopCounters> counters, ContentBlocks blocks) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(
                loops, new DefaultThreadFactory("millrace-loop"), transport.ioHandlerFactory());
        for (EventExecutor executor : group) {
            homes.add(new EventLoopHome((EventLoop) executor, counters.get(), blocks.filler()));
        }
    }

    Transport transport() {
        return transport;
    }

    EventLoopGroup group() {
        return group;
    }

    /** All loops. */
    public List<HomeLoop> homes() {
        return List.copyOf(homes);
    }

    /** One loop after the other, for queues that nobody's connection declared. */
    public HomeLoop nextHome() {
        nextHome = (nextHome + 1) % homes.size();
        return homes.get(nextHome);
    }

    HomeLoop homeOf(EventLoop loop) {
        for (EventLoopHome home : homes) {
            if (home.loop() == loop) {
                return home;
            }
        }
        throw new IllegalArgumentException("not one of these loops: " + loop);
    }

    /** The journals of all loops write to this log. */
    public void openJournals(MessageLog log) {
        homes.forEach(home -> home.loopJournal().open(log));
    }

    /** Ends the loops after what they have to do. */
    public void close() {
        group.shutdownGracefully(0, SHUTDOWN_SECONDS_MAX, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
