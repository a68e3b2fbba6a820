package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A set of sequences that grows at its end and shrinks anywhere.
 *
 * <p>It keeps blocks: at most {@value Block#SPAN} consecutive sequences each. A block without a hole is two numbers,
 * whatever its length; one with holes has a bit a sequence. So a queue of a hundred million messages that waits costs
 * about a megabyte, and one that is consumed in order stays that small, since its first block only gets shorter.
 */
final class SequenceSet {
    private Block[] blocks = new Block[1];
    private int blockCount;
    private long size;

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The smallest one; the set must not be empty. */
    long first() {
        Block block = blocks[0];
        return block.bits == null ? block.base : block.next(block.base);
    }

    /** The largest one; the set must not be empty, and nothing may have been removed from it. */
    long last() {
        Block block = blocks[blockCount - 1];
        return block.base + block.span - 1;
    }

    /** Adds a sequence that is higher than all before. */
    void add(long sequence) {
        Block end = blockCount == 0 ? null : blocks[blockCount - 1];
        if (end == null || sequence - end.base >= Block.SPAN) {
            append(new Block(sequence, 1, null));
        } else if (end.bits == null && sequence == end.base + end.span) {
            end.span++;
        } else {
            end.addBehindHole(sequence);
        }
        size++;
    }

    /** Removes first to last, inclusive; returns how many of them there were. */
    long remove(long first, long last) {
        long removed = 0;
        int to = 0;
        int from = indexOf(first);
        for (int i = from; i < blockCount; i++) {
            if (blocks[i].base > last) {
                if (removed == 0) {
                    return 0;
                }
                to = copyDown(i, from + to) - from;
                break;
            }
            removed += blocks[i].remove(first, last);
            if (blocks[i].live() > 0) {
                blocks[from + to++] = blocks[i];
            }
        }
        Arrays.fill(blocks, from + to, blockCount, null);
        blockCount = from + to;
        size -= removed;
        return removed;
    }

    private int copyDown(int source, int target) {
        int length = blockCount - source;
        System.arraycopy(blocks, source, blocks, target, length);
        return target + length;
    }

    boolean contains(long sequence) {
        int i = indexOf(sequence);
        return i < blockCount && blocks[i].contains(sequence);
    }

    /** The smallest one that is at least this, or {@link Long#MAX_VALUE}. */
    long ceiling(long sequence) {
        for (int i = indexOf(sequence); i < blockCount; i++) {
            long found = blocks[i].next(Math.max(sequence, blocks[i].base));
            if (found != Long.MAX_VALUE) {
                return found;
            }
        }
        return Long.MAX_VALUE;
    }

    /** A copy of those that are at least this. */
    SequenceSet from(long sequence) {
        SequenceSet copy = new SequenceSet();
        for (int i = indexOf(sequence); i < blockCount; i++) {
            Block block = blocks[i].copy();
            copy.append(block);
            copy.size += block.live();
        }
        copy.remove(0, sequence - 1);
        return copy;
    }

    /** How many there are from first to last, inclusive. */
    long count(long first, long last) {
        long count = 0;
        for (int i = indexOf(first); i < blockCount && blocks[i].base <= last; i++) {
            count += blocks[i].count(first, last);
        }
        return count;
    }

    /** The octets that {@link #writeTo} gives. */
    int storedBytes() {
        int bytes = Integer.BYTES;
        for (int i = 0; i < blockCount; i++) {
            bytes += blocks[i].storedBytes();
        }
        return bytes;
    }

    /**
     * Gives it to a sink: the number of blocks 4, then each as base 8, span 4, words 4, words times 8 octets of bits;
     * no words for a block without holes.
     */
    void writeTo(ContentSink sink) {
        sink.putInt(blockCount);
        for (int i = 0; i < blockCount; i++) {
            blocks[i].writeTo(sink);
        }
    }

    /** Takes what {@link #writeTo} gave. */
    static SequenceSet readFrom(ByteBuffer in) {
        SequenceSet set = new SequenceSet();
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            long base = in.getLong();
            int span = in.getInt();
            int words = in.getInt();
            long[] bits = words == 0 ? null : new long[words];
            for (int word = 0; word < words; word++) {
                bits[word] = in.getLong();
            }
            Block block = new Block(base, span, bits);
            set.append(block);
            set.size += block.live();
        }
        return set;
    }

    private void append(Block block) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, blockCount * 2);
        }
        blocks[blockCount++] = block;
    }

    /** The last block that begins at or before the sequence, or the first one. */
    private int indexOf(long sequence) {
        int low = 0;
        int high = blockCount - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (blocks[middle].base <= sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The sequences from base on, span of them; those whose bit is set, if there are bits. */
    private static final class Block {
        static final int SPAN = 4096;

        long base;
        int span;
        long[] bits;

        Block(long base, int span, long[] bits) {
            this.base = base;
            this.span = span;
            this.bits = bits;
        }

        Block copy() {
            return new Block(base, span, bits == null ? null : bits.clone());
        }

        int live() {
            return bits == null ? span : (int) count(base, base + span - 1);
        }

        boolean contains(long sequence) {
            long at = sequence - base;
            return at >= 0 && at < span && (bits == null || (bits[(int) at >>> 6] & 1L << at) != 0);
        }

        long next(long from) {
            for (long at = from - base; at < span; at++) {
                if (bits == null) {
                    return base + at;
                }
                long word = bits[(int) at >>> 6] >>> at;
                if (word != 0) {
                    return base + at + Long.numberOfTrailingZeros(word);
                }
                at |= 63;
            }
            return Long.MAX_VALUE;
        }

        void addBehindHole(long sequence) {
            int at = (int) (sequence - base);
            makeBits(at + 1);
            bits[at >>> 6] |= 1L << at;
            span = at + 1;
        }

        private void makeBits(int forSpan) {
            int words = (forSpan + 63) >>> 6;
            if (bits == null) {
                bits = new long[words];
                Arrays.fill(bits, 0, span >>> 6, -1L);
                if ((span & 63) != 0) {
                    bits[span >>> 6] = -1L >>> (64 - (span & 63));
                }
            } else if (bits.length < words) {
                bits = Arrays.copyOf(bits, Math.min(SPAN / 64, Math.max(words, bits.length * 2)));
            }
        }

        long count(long first, long last) {
            long from = Math.max(first - base, 0);
            long to = Math.min(last - base, span - 1L);
            if (from > to) {
                return 0;
            }
            if (bits == null) {
                return to - from + 1;
            }
            long count = 0;
            for (int word = (int) from >>> 6; word <= (int) to >>> 6; word++) {
                count += Long.bitCount(bits[word] & mask(word, (int) from, (int) to));
            }
            return count;
        }

        long remove(long first, long last) {
            long removed = count(first, last);
            if (removed == 0) {
                return 0;
            }
            int from = (int) Math.max(first - base, 0);
            int to = (int) Math.min(last - base, span - 1L);
            if (bits == null && to == span - 1) {
                span = from;
            } else if (bits == null && from == 0) {
                base += to + 1;
                span -= to + 1;
            } else {
                makeBits(span);
                for (int word = from >>> 6; word <= to >>> 6; word++) {
                    bits[word] &= ~mask(word, from, to);
                }
            }
            return removed;
        }

        private static long mask(int word, int from, int to) {
            long mask = -1L;
            if (word == from >>> 6) {
                mask &= -1L << from;
            }
            if (word == to >>> 6) {
                mask &= -1L >>> (63 - (to & 63));
            }
            return mask;
        }

        int storedBytes() {
            return 16 + (bits == null ? 0 : words() * 8);
        }

        void writeTo(ContentSink sink) {
            sink.putLong(base);
            sink.putInt(span);
            sink.putInt(bits == null ? 0 : words());
            for (int word = 0; bits != null && word < words(); word++) {
                sink.putLong(bits[word]);
            }
        }

        private int words() {
            return (span + 63) >>> 6;
        }
    }
}
