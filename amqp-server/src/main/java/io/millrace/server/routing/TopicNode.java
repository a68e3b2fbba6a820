package io.millrace.server.routing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A node of the trie of binding keys: the words from the root to here are a prefix of some binding key. Written by the
 * definitions thread, read by any.
 */
final class TopicNode {
    /** How many of the words from the root to here, this one included, are {@code #}. */
    final int hashDepth;

    // Absent parts cost no memory: most nodes are leaves.
    volatile ConcurrentHashMap<TopicWord, TopicNode> children;
    volatile TopicNode star;
    volatile TopicNode hash;

    /** The bindings whose key ends here. */
    volatile ConcurrentSlots<Binding> bindings;

    TopicNode(int hashDepth) {
        this.hashDepth = hashDepth;
    }

    /** Whether a binding key goes on from here. */
    boolean hasChildren() {
        return children != null || star != null || hash != null;
    }

    boolean isEmpty() {
        return bindings == null && !hasChildren();
    }

    TopicNode child(TopicWord word) {
        if (word.isStar()) {
            return star;
        }
        if (word.isHash()) {
            return hash;
        }
        return literalChild(word);
    }

    /** The child for the word itself, be it {@code *} or {@code #} in a routing key, where these mean nothing. */
    TopicNode literalChild(TopicWord word) {
        ConcurrentHashMap<TopicWord, TopicNode> literals = children;
        return literals == null ? null : literals.get(word);
    }

    TopicNode childOrNew(TopicWord word) {
        TopicNode child = child(word);
        if (child == null) {
            child = new TopicNode(word.isHash() ? hashDepth + 1 : hashDepth);
            link(word, child);
        }
        return child;
    }

    private void link(TopicWord word, TopicNode child) {
        if (word.isStar()) {
            star = child;
        } else if (word.isHash()) {
            hash = child;
        } else {
            if (children == null) {
                children = new ConcurrentHashMap<>(4);
            }
            children.put(word.copy(), child);
        }
    }

    void unlink(TopicWord word) {
        if (word.isStar()) {
            star = null;
        } else if (word.isHash()) {
            hash = null;
        } else {
            children.remove(word);
            if (children.isEmpty()) {
                children = null;
            }
        }
    }

    boolean add(Binding binding) {
        if (bindings != null) {
            return bindings.add(binding);
        }
        ConcurrentSlots<Binding> first = new ConcurrentSlots<>();
        first.add(binding);
        bindings = first;
        return true;
    }

    boolean remove(Binding binding) {
        if (bindings == null || !bindings.remove(binding)) {
            return false;
        }
        if (bindings.isEmpty()) {
            bindings = null;
        }
        return true;
    }

    /** Recursion is as deep as the longest binding key has words: 256 at most. */
    void forEachBinding(Consumer<Binding> action) {
        ConcurrentSlots<Binding> here = bindings;
        if (here != null) {
            here.forEach(action);
        }
        ConcurrentHashMap<TopicWord, TopicNode> literals = children;
        if (literals != null) {
            literals.values().forEach(child -> child.forEachBinding(action));
        }
        TopicNode starChild = star;
        if (starChild != null) {
            starChild.forEachBinding(action);
        }
        TopicNode hashChild = hash;
        if (hashChild != null) {
            hashChild.forEachBinding(action);
        }
    }
}
