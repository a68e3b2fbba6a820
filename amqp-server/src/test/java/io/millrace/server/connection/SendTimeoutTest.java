package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket that is full while what was written to it is not flushed. */
class SendTimeoutTest {
    private static final int MILLIS = 30_000;
    private static final int MORE_THAN_FITS = 100_000;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private int stalled;

    @BeforeEach
    void watch() {
        socket.freezeTime();
        SendTimeout timeout = new SendTimeout(socket, MILLIS, () -> stalled++);
        socket.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                timeout.writabilityChanged();
            }
        });
    }

    @AfterEach
    void end() {
        socket.flush();
        socket.releaseOutbound();
        socket.close();
    }

    private void write(int octets) {
        socket.write(Unpooled.wrappedBuffer(new byte[octets]));
        socket.runPendingTasks();
    }

    private void pass(long millis) {
        socket.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
    }

    @Test
    void aFullSocketThatStaysSoHasStalled() {
        write(MORE_THAN_FITS);
        pass(MILLIS - 1);
        assertEquals(0, stalled);
        pass(1);
        assertEquals(1, stalled);
        pass(10 * MILLIS);
        assertEquals(1, stalled);
    }

    @Test
    void whatWaitsBehindMakesNoDifference() {
        write(MORE_THAN_FITS);
        pass(MILLIS / 2);
        write(8);
        pass(MILLIS / 2);
        assertEquals(1, stalled);
    }

    @Test
    void aSocketWithRoomIsNotWatched() {
        write(10);
        pass(10 * MILLIS);
        write(MORE_THAN_FITS);
        pass(MILLIS - 1);
        socket.flush();
        socket.runPendingTasks();
        pass(10 * MILLIS);
        assertEquals(0, stalled);
    }

    @Test
    void oneThatIsFullAgainHasAWholeIntervalMore() {
        write(MORE_THAN_FITS);
        pass(MILLIS - 1);
        socket.flush();
        socket.runPendingTasks();
        write(MORE_THAN_FITS);
        pass(1);
        assertEquals(0, stalled);
        pass(MILLIS - 1);
        assertEquals(0, stalled);
        pass(1);
        assertEquals(1, stalled);
    }

    @Test
    void aClosedSocketHasNotStalled() {
        write(MORE_THAN_FITS);
        socket.close();
        pass(10 * MILLIS);
        assertEquals(0, stalled);
    }
}
