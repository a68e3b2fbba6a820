package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.Arrays;

/**
 * Matches one routing key after another against a trie of binding keys. Reusable; of one thread.
 *
 * <p>A pair of trie node and position in the routing key is reached at most once as long as the binding key has one
 * {@code #} up to the node, because the path to a node is unique. From the second {@code #} on the same pair can be
 * reached in as many ways as the words can be dealt out among them, which is exponential. So for these nodes it is
 * remembered from which position on they have been tried already. This bounds a match to (nodes) x (words + 1) steps
 * without limiting the number of {@code #} in a binding key.
 */
final class TopicMatch {
    private final TopicWords words = new TopicWords();
    private final DistinctList<TopicNode> triedHashes = new DistinctList<>();
    private int[] triedFrom = new int[4];
    private RouteCollector out;

    void match(TopicNode root, ShortString routingKey, RouteCollector out) {
        this.out = out;
        words.split(routingKey);
        try {
            match(root, 0);
        } finally {
            triedHashes.clear();
            this.out = null;
        }
    }

    /** Recursion is as deep as the longest binding key has words: 256 at most. */
    private void match(TopicNode node, int position) {
        if (position == words.count()) {
            addBindings(node);
        } else {
            TopicNode literal = node.literalChild(words.get(position));
            if (literal != null) {
                match(literal, position + 1);
            }
            TopicNode star = node.star;
            if (star != null) {
                match(star, position + 1);
            }
        }
        TopicNode hash = node.hash;
        if (hash != null) {
            matchHash(hash, position);
        }
    }

    /** Lets the {@code #} take no word, one word, and so on to all that are left. */
    private void matchHash(TopicNode hash, int from) {
        int to = hash.hashDepth > 1 ? lowerTriedFrom(hash, from) : words.count() + 1;
        if (hash.hasChildren()) {
            for (int position = from; position < to; position++) {
                match(hash, position);
            }
        } else if (from < to) {
            addBindings(hash);
        }
    }

    /** Notes that the node is tried from this position on, and returns from where on it had been tried before. */
    private int lowerTriedFrom(TopicNode hash, int from) {
        int added = triedHashes.add(hash);
        if (added >= 0) {
            if (added == triedFrom.length) {
                triedFrom = Arrays.copyOf(triedFrom, 2 * added);
            }
            triedFrom[added] = from;
            return words.count() + 1;
        }
        int known = -1 - added;
        int before = triedFrom[known];
        triedFrom[known] = Math.min(before, from);
        return before;
    }

    private void addBindings(TopicNode node) {
        BindingSet bindings = node.bindings;
        if (bindings != null) {
            bindings.route(out);
        }
    }
}
