package io.millrace.server.queue;

import java.util.BitSet;
import java.util.TreeMap;

/**
 * The sequence numbers of messages that left the store out of turn: the store may have them still, and gives them once
 * more when it is read past them. A bit each, and up to 512 octets for one that is alone among its neighbours.
 */
final class TakenOut {
    private static final int PAGE_BITS = 12;
    private static final long IN_PAGE = (1L << PAGE_BITS) - 1;

    private final TreeMap<Long, BitSet> pages = new TreeMap<>();

    boolean isEmpty() {
        return pages.isEmpty();
    }

    void add(long sequence) {
        pages.computeIfAbsent(sequence >>> PAGE_BITS, page -> new BitSet()).set((int) (sequence & IN_PAGE));
    }

    boolean contains(long sequence) {
        BitSet page = pages.get(sequence >>> PAGE_BITS);
        return page != null && page.get((int) (sequence & IN_PAGE));
    }

    /** Nobody will ask for those up to this one any more. */
    void forgetUpTo(long sequence) {
        pages.headMap((sequence + 1) >>> PAGE_BITS).clear();
    }

    void clear() {
        pages.clear();
    }

    /** The same numbers, for another thread. */
    TakenOut copy() {
        TakenOut copy = new TakenOut();
        pages.forEach((number, page) -> copy.pages.put(number, (BitSet) page.clone()));
        return copy;
    }
}
