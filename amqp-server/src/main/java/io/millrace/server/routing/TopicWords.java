package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.Arrays;

/** A topic key split at its dots. The empty key has no words; otherwise there is one word more than dots. Reusable. */
final class TopicWords {
    private TopicWord[] words = {};
    private int count;

    int count() {
        return count;
    }

    TopicWord get(int position) {
        return words[position];
    }

    void split(ShortString key) {
        byte[] octets = key.bytes();
        count = 0;
        if (octets.length == 0) {
            return;
        }
        int start = 0;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '.') {
                next().pointAt(octets, start, i - start);
                start = i + 1;
            }
        }
        next().pointAt(octets, start, octets.length - start);
    }

    private TopicWord next() {
        if (count == words.length) {
            words = Arrays.copyOf(words, Math.max(8, 2 * count));
        }
        if (words[count] == null) {
            words[count] = new TopicWord();
        }
        return words[count++];
    }
}
