package io.millrace.server.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * The nodes of a trie that follow on one node, by their word: an array with open addressing and a load of one half at
 * most. One writer, any number of readers.
 *
 * <p>Invariants: (1) A node never moves within an array; where one was taken out a mark stays that is equal to no word.
 * (2) An array that has been replaced is never written again. Hence a reader that takes the array once finds every node
 * that was there all the while.
 */
final class TopicChildren {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(TopicNode[].class);
    private static final TopicNode REMOVED = new TopicNode();
    private static final int COMPACTED_FROM = 8;

    private volatile TopicNode[] slots = new TopicNode[8];

    // Of the writer:
    private int taken; // slots with a node or a mark
    private int live; // slots with a node

    /** Any thread: the node of the word, or null. */
    TopicNode find(TopicWord word) {
        TopicNode[] searched = slots;
        int mask = searched.length - 1;
        int slot = firstSlot(word.packed(), mask);
        while (true) {
            TopicNode node = (TopicNode) SLOT.getAcquire(searched, slot);
            if (node == null || node.isFor(word)) {
                return node;
            }
            slot = (slot + 1) & mask;
        }
    }

    /** Any thread. */
    void forEach(Consumer<TopicNode> action) {
        TopicNode[] walked = slots;
        for (int i = 0; i < walked.length; i++) {
            TopicNode node = (TopicNode) SLOT.getAcquire(walked, i);
            if (node != null && node != REMOVED) {
                action.accept(node);
            }
        }
    }

    /** The writer only. */
    boolean isEmpty() {
        return live == 0;
    }

    /** Adds a node whose word has none yet. The writer only. */
    void add(TopicNode node) {
        if (2 * (taken + 1) > slots.length) {
            rebuild(live + 1);
        }
        place(slots, node);
        taken++;
        live++;
    }

    /** Takes out the node of a word that has one. The writer only. */
    void remove(TopicWord word) {
        int mask = slots.length - 1;
        int slot = firstSlot(word.packed(), mask);
        while (!slots[slot].isFor(word)) {
            slot = (slot + 1) & mask;
        }
        SLOT.setRelease(slots, slot, REMOVED);
        live--;
        if (taken > COMPACTED_FROM && live < taken / 2) {
            rebuild(live);
        }
    }

    /** A new array without marks, at most a third full, so that the next is not due soon whatever comes or goes. */
    private void rebuild(int room) {
        TopicNode[] rebuilt = new TopicNode[Math.max(8, Integer.highestOneBit(3 * room) << 1)];
        for (TopicNode node : slots) {
            if (node != null && node != REMOVED) {
                place(rebuilt, node);
            }
        }
        taken = live;
        slots = rebuilt;
    }

    private static void place(TopicNode[] slots, TopicNode node) {
        int mask = slots.length - 1;
        int slot = firstSlot(node.packedWord(), mask);
        while (slots[slot] != null) {
            slot = (slot + 1) & mask;
        }
        SLOT.setRelease(slots, slot, node);
    }

    /** Where a search begins: the upper bits of a product depend on all octets, the lower ones on the last only. */
    private static int firstSlot(long packed, int mask) {
        return (int) ((packed * 0x9E37_79B9_7F4A_7C15L) >>> Long.numberOfLeadingZeros(mask));
    }
}
