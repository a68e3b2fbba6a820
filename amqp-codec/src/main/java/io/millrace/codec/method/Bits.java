package io.millrace.codec.method;

/** Consecutive bit arguments share an octet, the first in the lowest bit. */
final class Bits {
    private Bits() {}

    static int pack(boolean first, boolean second) {
        return (first ? 1 : 0) | (second ? 2 : 0);
    }

    static int pack(boolean first, boolean second, boolean third) {
        return pack(first, second) | (third ? 4 : 0);
    }

    static int pack(boolean first, boolean second, boolean third, boolean fourth) {
        return pack(first, second, third) | (fourth ? 8 : 0);
    }

    static int pack(boolean first, boolean second, boolean third, boolean fourth, boolean fifth) {
        return pack(first, second, third, fourth) | (fifth ? 16 : 0);
    }
}
