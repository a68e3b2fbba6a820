package io.millrace.codec.value;

/** The limits of unsigned numbers, which Java's types do not express. */
final class Range {
    private Range() {}

    static void check(String name, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0.." + max + ")");
        }
    }
}
