package io.millrace.codec.value;

/** How many octets a value of each type takes: what it needs to step over a value without understanding it. */
final class FieldTypes {
    /** Four octets of length, then that many octets. */
    static final int LENGTH_PREFIXED = -1;
    /** As {@link #LENGTH_PREFIXED}, and the octets are again tagged values. */
    static final int ARRAY = -2;
    /** As {@link #LENGTH_PREFIXED}, and the octets are again keys and tagged values. */
    static final int TABLE = -3;
    /** No such type. */
    static final int UNKNOWN = -4;

    private FieldTypes() {}

    /** The octets of a value after its tag, or one of the constants above. */
    static int sizeOf(int tag) {
        return switch (tag) {
            case 'S', 'x' -> LENGTH_PREFIXED;
            case 'A' -> ARRAY;
            case 'F' -> TABLE;
            case 'V' -> 0;
            case 't', 'b', 'B' -> 1;
            case 's', 'u', 'U' -> 2;
            case 'I', 'i', 'f' -> 4;
            case 'D' -> 5;
            case 'l', 'L', 'd', 'T' -> 8;
            default -> UNKNOWN;
        };
    }
}
