package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.queue.Message;
import io.millrace.server.queue.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The outstanding deliveries of a channel against a sorted map. */
class UnackedProperties {
    private final Unacked unacked = new Unacked();
    private final TreeMap<Long, Long> model = new TreeMap<>();
    private final List<List<Long>> removed = new ArrayList<>();
    private final Unacked.Visitor keep = (tag, consumer, message, sequence) -> removed.add(List.of(tag, sequence));
    private final Message message = Messages.transientOf(1);
    private long lastTag;

    @Property(tries = 500)
    void holdsWhatASortedMapHolds(@ForAll long seed) {
        Random random = new Random(seed);
        for (int phase = 0; phase < 5; phase++) {
            int adding = 1 + random.nextInt(20);
            boolean gaps = random.nextBoolean();
            for (int i = 0; i < 60; i++) {
                for (int n = random.nextInt(adding); n > 0; n--) {
                    lastTag += gaps ? 1 + random.nextInt(3) : 1;
                    unacked.add(lastTag, null, message, lastTag * 3);
                    model.put(lastTag, lastTag * 3);
                }
                settle(random);
                assertEquals(model.size(), unacked.size());
            }
        }
        unacked.removeAll(keep);
        assertEquals(takeAll(model.lastEntry() == null ? 0 : model.lastKey()), take());
    }

    private void settle(Random random) {
        long first = model.isEmpty() ? 1 : model.firstKey();
        long tag = first - 1 + random.nextInt((int) (lastTag - first) + 3);
        boolean known = model.containsKey(tag);
        switch (random.nextInt(12)) {
            case 0 -> {
                assertEquals(known, unacked.removeUpTo(tag, keep));
                assertEquals(known ? takeAll(tag) : List.of(), take());
            }
            case 1 -> {
                if (random.nextInt(10) == 0) {
                    unacked.removeAll(keep);
                    assertEquals(takeAll(Long.MAX_VALUE), take());
                }
            }
            default -> {
                assertEquals(known, unacked.remove(tag, keep));
                assertEquals(known ? List.of(List.of(tag, model.remove(tag))) : List.of(), take());
            }
        }
    }

    private List<List<Long>> take() {
        List<List<Long>> taken = List.copyOf(removed);
        removed.clear();
        return taken;
    }

    private List<List<Long>> takeAll(long upTo) {
        List<List<Long>> taken = new ArrayList<>();
        model.headMap(upTo, true).forEach((tag, sequence) -> taken.add(List.of(tag, sequence)));
        model.headMap(upTo, true).clear();
        return taken;
    }
}
