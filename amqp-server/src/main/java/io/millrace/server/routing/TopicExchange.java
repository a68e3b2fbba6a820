package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import java.util.function.Consumer;

/**
 * Routes by pattern. Binding keys are words separated by dots; {@code *} stands for one word, {@code #} for any number
 * of words, none included. Binding keys are kept in a trie, so that a match does not look at every binding.
 */
public final class TopicExchange extends Exchange {
    static final String TYPE = "topic";

    private static final int ANY_NUMBER_MAX = 2;

    private final TopicNode root = new TopicNode();
    private final TopicWords bindingWords = new TopicWords(); // of the definitions thread

    TopicExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /**
     * Refuses what RabbitMQ refuses, whose matching takes long with many of these; matching here does not.
     *
     * @throws ChannelError with {@code PRECONDITION_FAILED} if a binding key has more than two {@code #}
     */
    public static void checkAnyNumberWords(ShortString bindingKey) {
        TopicWords words = new TopicWords();
        words.split(bindingKey);
        int anyNumber = 0;
        for (int i = 0; i < words.count(); i++) {
            anyNumber += words.get(i).isHash() ? 1 : 0;
        }
        if (anyNumber > ANY_NUMBER_MAX) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "Topic binding key '" + bindingKey + "' uses " + anyNumber + " '#' wildcards, at most "
                            + ANY_NUMBER_MAX + " are allowed");
        }
    }

    @Override
    boolean add(Binding binding) {
        bindingWords.split(binding.key());
        TopicNode node = root;
        for (int i = 0; i < bindingWords.count(); i++) {
            node = node.childOrNew(bindingWords.get(i));
        }
        return node.add(binding);
    }

    @Override
    boolean remove(Binding binding) {
        bindingWords.split(binding.key());
        return remove(root, 0, binding);
    }

    /**
     * Takes away nodes on the way back that nothing is bound at any more. As deep as the key has words: 256 at most.
     */
    private boolean remove(TopicNode node, int position, Binding binding) {
        if (position == bindingWords.count()) {
            return node.remove(binding);
        }
        TopicWord word = bindingWords.get(position);
        TopicNode child = node.child(word);
        if (child == null || !remove(child, position + 1, binding)) {
            return false;
        }
        if (child.isEmpty()) {
            node.unlink(word);
        }
        return true;
    }

    @Override
    void forEachBinding(Consumer<Binding> action) {
        root.forEachBinding(action);
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        out.matchTopic(root, routingKey);
    }
}
