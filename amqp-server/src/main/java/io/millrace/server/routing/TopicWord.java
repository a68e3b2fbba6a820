package io.millrace.server.routing;

import java.util.Arrays;

/**
 * One word of a topic key: a piece of the key's octets. The words of a routing key that is being matched are pointed at
 * piece after piece, so that looking one up allocates nothing; those that are kept in the trie are {@linkplain #copy()
 * copies} and stay as they are.
 */
final class TopicWord {
    private byte[] octets = {};
    private int offset;
    private int length;
    private int hash;

    void pointAt(byte[] octets, int offset, int length) {
        this.octets = octets;
        this.offset = offset;
        this.length = length;
        int h = 0;
        for (int i = offset; i < offset + length; i++) {
            h = 31 * h + octets[i];
        }
        this.hash = h;
    }

    TopicWord copy() {
        TopicWord copy = new TopicWord();
        copy.pointAt(Arrays.copyOfRange(octets, offset, offset + length), 0, length);
        return copy;
    }

    boolean isStar() {
        return length == 1 && octets[offset] == '*';
    }

    boolean isHash() {
        return length == 1 && octets[offset] == '#';
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicWord word
                && hash == word.hash
                && Arrays.equals(octets, offset, offset + length, word.octets, word.offset, word.offset + word.length);
    }
}
