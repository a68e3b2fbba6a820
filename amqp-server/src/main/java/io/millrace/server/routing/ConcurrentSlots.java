package io.millrace.server.routing;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A set with one writer and any number of readers that walk over an array without locks.
 *
 * <p>Invariants: (1) An element never moves within an array. (2) An array that has been replaced is never written
 * again. Hence a reader that takes the array once and walks it to its end meets every element that was in the set
 * during the whole walk, and none twice, unless it was taken out and put in again meanwhile.
 *
 * <p>A removed element leaves a hole; when more than half are holes the array is copied without them. Adding, removing
 * and finding are therefore O(1) on average, and a set of a few elements, by far the most frequent kind, is nothing but
 * a small array.
 */
final class ConcurrentSlots<T> {
    /** Up to here a linear search is as fast as the index and saves its memory. */
    private static final int INDEXED_FROM = 8;

    private volatile AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(1);

    // Of the writer:
    private int end; // no element at or behind it
    private int live;
    private Map<T, Integer> index; // null while small

    /** What readers walk over, from 0 to its length; null elements are holes. */
    AtomicReferenceArray<T> slots() {
        return slots;
    }

    /** Any thread. */
    void forEach(Consumer<? super T> action) {
        AtomicReferenceArray<T> walked = slots;
        for (int i = 0; i < walked.length(); i++) {
            T element = walked.get(i);
            if (element != null) {
                action.accept(element);
            }
        }
    }

    /** The writer only. */
    boolean isEmpty() {
        return live == 0;
    }

    /** Returns false if it was there already. */
    boolean add(T element) {
        if (find(element) >= 0) {
            return false;
        }
        if (end == slots.length()) {
            rebuild(Math.max(2, 2 * live));
        }
        if (index != null) {
            index.put(element, end);
        }
        slots.set(end++, element);
        live++;
        return true;
    }

    /** Returns false if it was not there. */
    boolean remove(T element) {
        int slot = find(element);
        if (slot < 0) {
            return false;
        }
        if (index != null) {
            index.remove(element);
        }
        slots.set(slot, null);
        live--;
        if (end > INDEXED_FROM && live < end / 2) {
            rebuild(Math.max(1, live));
        }
        return true;
    }

    private int find(T element) {
        if (index != null) {
            return index.getOrDefault(element, -1);
        }
        for (int i = 0; i < end; i++) {
            if (element.equals(slots.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** Copies what is there into a new array and indexes it if it is worth while. */
    private void rebuild(int capacity) {
        AtomicReferenceArray<T> compact = new AtomicReferenceArray<>(capacity);
        index = capacity > INDEXED_FROM ? new HashMap<>() : null;
        int to = 0;
        for (int from = 0; from < end; from++) {
            T element = slots.get(from);
            if (element != null) {
                if (index != null) {
                    index.put(element, to);
                }
                compact.setPlain(to++, element);
            }
        }
        end = to;
        slots = compact;
    }
}
