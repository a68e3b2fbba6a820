package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.MethodReader;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfirmWindowTest {
    private static final int CHANNEL = 3;
    private static final int FRAME_MAX = 4096;
    private static final int FRAME_HEAD = 7;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TestLoop loop = new TestLoop("client");
    private final LoopCounters counters = new BrokerCounters().forThread();
    private final Outbound outbound = new Outbound(socket, counters, FRAME_MAX);
    private final PublishOutbox outbox = new PublishOutbox(loop, new PublishOutbox.Brake() {
        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}
    });
    private final ConfirmWindow window = new ConfirmWindow(CHANNEL, outbound, outbox, counters);

    @AfterEach
    void close() {
        outbound.release();
        socket.finishAndReleaseAll();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            window.published();
        }
    }

    /** What was sent, as "ack 5 multiple". */
    private List<String> answers() {
        outbox.flush();
        outbound.flush();
        List<String> answers = new ArrayList<>();
        for (ByteBuf sent = socket.readOutbound(); sent != null; sent = socket.readOutbound()) {
            while (sent.isReadable()) {
                int start = sent.readerIndex();
                assertEquals(CHANNEL, sent.getUnsignedShort(start + 1));
                int length = sent.getInt(start + 3);
                answers.add(describe(sent, start + FRAME_HEAD, length));
                sent.skipBytes(FRAME_HEAD + length + 1);
            }
            sent.release();
        }
        return answers;
    }

    private static String describe(ByteBuf in, int offset, int length) {
        if (new MethodReader().read(in, offset, length) instanceof BasicMethod.Ack ack) {
            return "ack " + ack.deliveryTag() + (ack.multiple() ? " multiple" : "");
        }
        BasicMethod.Nack nack = (BasicMethod.Nack) new MethodReader().read(in, offset, length);
        return "nack " + nack.deliveryTag() + (nack.multiple() ? " multiple" : "");
    }

    @Test
    void oneAnswerConfirmsAllThatIsSettled() {
        publish(5);
        assertEquals(List.of("ack 5 multiple"), answers());
        publish(1);
        assertEquals(List.of("ack 6"), answers());
    }

    @Test
    void whatWasRefusedIsTakenOut() {
        publish(6);
        window.refused(3);
        assertEquals(List.of("ack 2 multiple", "nack 3", "ack 6 multiple"), answers());
    }

    @Test
    void refusedNeighboursShareAnAnswer() {
        publish(5);
        window.refused(5);
        window.refused(3);
        window.refused(4);
        assertEquals(List.of("ack 2 multiple", "nack 5 multiple"), answers());
    }

    @Test
    void theFirstAndTheOnlyOneCanBeRefused() {
        publish(2);
        window.refused(1);
        assertEquals(List.of("nack 1", "ack 2"), answers());
        publish(1);
        window.refused(3);
        assertEquals(List.of("nack 3"), answers());
    }

    @Test
    void severalQueuesThatRefuseAMessageAreOneRefusal() {
        publish(1);
        window.refused(1);
        window.refused(1);
        assertEquals(List.of("nack 1"), answers());
        publish(1);
        assertEquals(List.of("ack 2"), answers());
    }

    @Test
    void aClosedWindowAnswersNothing() {
        publish(2);
        window.refused(1);
        window.close();
        assertEquals(List.of(), answers());
    }

    @Test
    void theNextTagIsTheOneThatComes() {
        assertEquals(1, window.nextTag());
        publish(2);
        assertEquals(3, window.nextTag());
    }
}
