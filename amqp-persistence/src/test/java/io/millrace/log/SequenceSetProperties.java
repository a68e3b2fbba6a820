package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The set against one of the standard library. */
final class SequenceSetProperties {
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void behavesLikeATreeSet(@ForAll long seed) {
        Random random = new Random(seed);
        SequenceSet set = new SequenceSet();
        NavigableSet<Long> model = new TreeSet<>();
        long next = random.nextInt(100);
        for (int step = 0; step < 400; step++) {
            if (random.nextInt(3) > 0) {
                int run = random.nextInt(random.nextInt(10) == 0 ? 6000 : 60);
                for (int i = 0; i <= run; i++) {
                    set.add(next);
                    model.add(next++);
                }
                next += random.nextInt(3) == 0 ? random.nextInt(random.nextBoolean() ? 5 : 10_000) : 0;
            } else if (!model.isEmpty()) {
                long span = next - model.first() + 3;
                long first = random.nextInt(3) == 0
                        ? model.first()
                        : model.first() - 1 + (long) (random.nextDouble() * span);
                long last =
                        random.nextInt(20) == 0 ? next + 5 : first + random.nextInt(random.nextBoolean() ? 3 : 3000);
                NavigableSet<Long> range = model.subSet(first, true, last, true);
                assertEquals(range.size(), set.count(first, last));
                assertEquals(range.size(), set.remove(first, last));
                range.clear();
            }
            assertEquals(model.size(), set.size());
            check(random, next, set, model);
        }
        ByteBuffer stored = ByteBuffer.allocate(set.storedBytes());
        set.writeTo(new BufferSink(stored));
        assertEquals(0, stored.remaining());
        SequenceSet read = SequenceSet.readFrom(stored.flip());
        long at = 0;
        for (long sequence : model) {
            assertEquals(sequence, read.ceiling(at));
            at = sequence + 1;
        }
        assertEquals(Long.MAX_VALUE, read.ceiling(at));
        assertEquals(model.size(), read.size());
        long from = (long) (random.nextDouble() * (next + 10));
        SequenceSet rest = set.from(from);
        set.remove(0, next);
        assertEquals(model.tailSet(from).size(), rest.size());
        for (long sequence : model.tailSet(from)) {
            assertEquals(sequence, rest.ceiling(sequence));
        }
        check(random, next, rest, model.tailSet(from, true));
    }

    private static void check(Random random, long next, SequenceSet set, NavigableSet<Long> model) {
        if (!model.isEmpty()) {
            assertEquals(model.first(), set.first());
        }
        for (int i = 0; i < 5; i++) {
            long probe = (long) (random.nextDouble() * (next + 10));
            assertEquals(model.contains(probe), set.contains(probe));
            Long ceiling = model.ceiling(probe);
            assertEquals(ceiling == null ? Long.MAX_VALUE : ceiling, set.ceiling(probe));
        }
    }

    /** Into a buffer. */
    private record BufferSink(ByteBuffer buffer) implements ContentSink {
        @Override
        public void put(byte b) {
            buffer.put(b);
        }

        @Override
        public void putShort(int v) {
            buffer.putShort((short) v);
        }

        @Override
        public void putInt(int v) {
            buffer.putInt(v);
        }

        @Override
        public void putLong(long v) {
            buffer.putLong(v);
        }

        @Override
        public void put(byte[] a, int offset, int length) {
            buffer.put(a, offset, length);
        }
    }
}
