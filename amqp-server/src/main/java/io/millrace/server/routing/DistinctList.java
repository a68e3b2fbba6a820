package io.millrace.server.routing;

import java.util.Arrays;

/**
 * A reusable list of different objects, compared by identity. It allocates only when it grows beyond what it has held
 * before. Not thread-safe.
 */
final class DistinctList<T> {
    /** Up to here a linear search over one cache line or two beats hashing. */
    private static final int HASHED_FROM = 16;

    private static final int KEPT_CAPACITY_MAX = 4096;

    private Object[] elements = new Object[HASHED_FROM];
    private int size;

    /** Open addressing, positions in {@code elements} plus one, 0 is free; in use if {@code size > HASHED_FROM}. */
    private int[] table = {};

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked") // add() is the only way in
    T get(int position) {
        return (T) elements[position];
    }

    /** Returns the new element's position, or -1 - position if it was there already. */
    int add(T element) {
        int position = size < HASHED_FROM ? find(element) : findOrReserve(element);
        if (position >= 0) {
            return -1 - position;
        }
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, 2 * size);
        }
        elements[size] = element;
        return size++;
    }

    /** Forgets all elements, and the memory of an unusually long list. */
    void clear() {
        if (size >= HASHED_FROM) {
            Arrays.fill(table, 0);
        }
        Arrays.fill(elements, 0, size, null);
        if (elements.length > KEPT_CAPACITY_MAX) {
            elements = new Object[HASHED_FROM];
            table = new int[0];
        }
        size = 0;
    }

    private int find(T element) {
        for (int i = 0; i < size; i++) {
            if (elements[i] == element) {
                return i;
            }
        }
        return -1;
    }

    /** Finds the element, or puts the position that it is about to get into the table and returns -1. */
    private int findOrReserve(T element) {
        if (size == HASHED_FROM || 2 * size >= table.length) {
            rehash();
        }
        int slot = slotOf(element);
        int found = table[slot] - 1;
        if (found < 0) {
            table[slot] = size + 1;
        }
        return found;
    }

    private void rehash() {
        if (2 * size >= table.length) {
            table = new int[4 * Integer.highestOneBit(size)];
        } else {
            Arrays.fill(table, 0);
        }
        for (int i = 0; i < size; i++) {
            table[slotOf(elements[i])] = i + 1;
        }
    }

    /** The element's slot, or the free one where it belongs. */
    private int slotOf(Object element) {
        int mask = table.length - 1;
        // Fibonacci hashing: as many of the product's upper bits as the table has index bits.
        int slot = (System.identityHashCode(element) * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(mask);
        while (table[slot] != 0 && elements[table[slot] - 1] != element) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
