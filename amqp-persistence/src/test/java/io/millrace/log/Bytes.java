package io.millrace.log;

import java.util.SplittableRandom;

/** Contents for tests. */
final class Bytes implements StoredContent {
    private final byte[] octets;

    Bytes(byte[] octets) {
        this.octets = octets;
    }

    /** The same content for the same seed and length, different ones for others. */
    static Bytes of(long seed, int length) {
        byte[] octets = new byte[length];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) random.nextInt();
        }
        return new Bytes(octets);
    }

    byte[] octets() {
        return octets;
    }

    @Override
    public int size() {
        return octets.length;
    }

    /** In pieces of all kinds, as contents come. */
    @Override
    public void writeTo(ContentSink sink) {
        int at = 0;
        if (octets.length >= 15) {
            sink.put(octets[0]);
            sink.putShort((int) number(1, 2));
            sink.putInt((int) number(3, 4));
            sink.putLong(number(7, 8));
            at = 15;
        }
        int half = at + (octets.length - at) / 2;
        sink.put(octets, at, half - at);
        sink.put(octets, half, octets.length - half);
    }

    private long number(int at, int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number << 8 | (octets[at + i] & 0xff);
        }
        return number;
    }
}
