package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/** Sends each message to any of its destinations. */
final class RandomExchange extends SelectingExchange {
    static final String TYPE = "x-random";

    /** Takes classic queues only, which are on this machine. */
    static final String LOCAL_TYPE = "x-local-random";

    private static final String CLASSIC = "classic";

    private final String type;
    private volatile BindingTarget[] targets = {};

    private RandomExchange(String type, ExchangeDeclaration declaration) {
        super(declaration);
        this.type = type;
    }

    static RandomExchange ofAll(ExchangeDeclaration declaration) {
        return new RandomExchange(TYPE, declaration);
    }

    static RandomExchange ofLocal(ExchangeDeclaration declaration) {
        return new RandomExchange(LOCAL_TYPE, declaration);
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public boolean routesVary() {
        return true;
    }

    @Override
    public void validate(Binding binding) {
        if (!type.equals(LOCAL_TYPE)) {
            return;
        }
        if (!binding.key().isEmpty()) {
            throw refused("Non empty binding '" + binding.key() + "' key not permitted");
        }
        if (!(binding.destination() instanceof Destination queue)) {
            throw refused("Destination not found");
        }
        if (!queue.type().equals(CLASSIC)) {
            throw refused("Queue type rabbit_" + queue.type() + "_queue not valid for this exchange type");
        }
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }

    @Override
    void bindingsChanged() {
        SortedSet<BindingTarget> distinct = new TreeSet<>(BY_NAME);
        forEachBinding(binding -> distinct.add(binding.destination()));
        targets = distinct.toArray(new BindingTarget[0]);
    }

    @Override
    BindingTarget pick(ShortString routingKey, RouteCollector message) {
        BindingTarget[] all = targets;
        return all.length == 0 ? null : all[ThreadLocalRandom.current().nextInt(all.length)];
    }
}
