package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The ready messages of a queue against a sorted map. */
class ReadyMessagesProperties {
    private record Entry(Message message, boolean redelivered) {}

    private final ReadyMessages ready = new FifoMessages();
    private final TreeMap<Long, Entry> model = new TreeMap<>();
    private final List<Map.Entry<Long, Message>> polled = new ArrayList<>();
    private long lastSequence;

    @Property(tries = 300)
    void servesWhatASortedMapServes(@ForAll long seed) {
        Random random = new Random(seed);
        for (int phase = 0; phase < 6; phase++) {
            int bias = random.nextInt(10);
            for (int i = 0; i < 300; i++) {
                step(random, random.nextInt(10) < bias);
                assertEquals(model.size(), ready.size());
                assertEquals(model.isEmpty(), ready.isEmpty());
            }
        }
        assertEquals(bytesOf(model), ready.bytes());
        while (!model.isEmpty()) {
            poll();
        }
        assertNull(ready.poll());
        assertEquals(0, ready.bytes());
    }

    private void step(Random random, boolean grow) {
        if (grow) {
            Message message = Messages.transientOf(random.nextInt(4));
            boolean redelivered = random.nextInt(8) == 0;
            lastSequence += 1 + random.nextInt(2);
            ready.add(message, lastSequence, redelivered);
            model.put(lastSequence, new Entry(message, redelivered));
        } else if (!polled.isEmpty() && random.nextInt(3) == 0) {
            Map.Entry<Long, Message> back = polled.remove(random.nextInt(polled.size()));
            ready.putBack(back.getValue(), back.getKey());
            model.put(back.getKey(), new Entry(back.getValue(), true));
        } else {
            poll();
        }
    }

    private void poll() {
        Map.Entry<Long, Entry> expected = model.pollFirstEntry();
        Message message = ready.poll();
        if (expected == null) {
            assertNull(message);
            return;
        }
        assertSame(expected.getValue().message(), message);
        assertEquals(expected.getKey(), ready.polledSequence());
        assertEquals(expected.getValue().redelivered(), ready.polledRedelivered());
        polled.add(Map.entry(expected.getKey(), message));
    }

    private static long bytesOf(Map<Long, Entry> entries) {
        return entries.values().stream()
                .mapToLong(entry -> entry.message().content().bodyLength())
                .sum();
    }
}
