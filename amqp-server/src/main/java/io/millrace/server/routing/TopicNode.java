package io.millrace.server.routing;

import java.util.function.Consumer;

/**
 * A node of the trie of binding keys: the words from the root to here are a prefix of some binding key. Written by the
 * definitions thread, read by any.
 *
 * <p>With very many keys hardly anything that a walk touches is in the processor's cache, and each object on the way is
 * a wait for memory. So a node has its word in itself, and a child that has no brothers is referred to directly.
 */
final class TopicNode {
    private static final int NO_WORD = -1;

    /** How many of the words from the root to here, this one included, are {@code #}. */
    final int hashDepth;

    private final int wordLength;
    private final long packedWord;
    private final byte[] wordOctets; // null where length and packed word are the word

    // Absent parts cost no memory: most nodes are leaves. The only child is the first to be read and the last to go.
    private volatile TopicNode onlyChild; // null where there is none, or were more
    private volatile TopicChildren children; // null until there were two
    volatile TopicNode star;
    volatile TopicNode hash;

    /** The bindings whose key ends here. */
    volatile BindingSet bindings;

    /** A root: a node for no word. */
    TopicNode() {
        hashDepth = 0;
        wordLength = NO_WORD;
        packedWord = 0;
        wordOctets = null;
    }

    private TopicNode(int hashDepth, TopicWord word) {
        this.hashDepth = hashDepth;
        wordLength = word.length();
        packedWord = word.packed();
        wordOctets = word.copyIfLong();
    }

    /** Whether this is the node of a word. */
    boolean isFor(TopicWord word) {
        return packedWord == word.packed()
                && wordLength == word.length()
                && (wordOctets == null || word.isEqual(wordOctets));
    }

    /** See {@link TopicWord#packed}. */
    long packedWord() {
        return packedWord;
    }

    /** Whether a binding key goes on from here. */
    boolean hasChildren() {
        return onlyChild != null || children != null || star != null || hash != null;
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
        TopicNode only = onlyChild;
        if (only != null) {
            return only.isFor(word) ? only : null;
        }
        TopicChildren more = children;
        return more == null ? null : more.find(word);
    }

    TopicNode childOrNew(TopicWord word) {
        TopicNode child = child(word);
        if (child == null) {
            child = new TopicNode(word.isHash() ? hashDepth + 1 : hashDepth, word);
            link(word, child);
        }
        return child;
    }

    private void link(TopicWord word, TopicNode child) {
        if (word.isStar()) {
            star = child;
        } else if (word.isHash()) {
            hash = child;
        } else if (children != null) {
            children.add(child);
        } else if (onlyChild == null) {
            onlyChild = child;
        } else {
            TopicChildren both = new TopicChildren();
            both.add(onlyChild);
            both.add(child);
            children = both;
            onlyChild = null;
        }
    }

    void unlink(TopicWord word) {
        if (word.isStar()) {
            star = null;
        } else if (word.isHash()) {
            hash = null;
        } else if (children == null) {
            onlyChild = null;
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
        BindingSet first = new BindingSet();
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
        BindingSet here = bindings;
        if (here != null) {
            here.forEach(action);
        }
        TopicNode only = onlyChild;
        TopicChildren more = children;
        if (only != null) {
            only.forEachBinding(action);
        } else if (more != null) {
            more.forEach(child -> child.forEachBinding(action));
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
