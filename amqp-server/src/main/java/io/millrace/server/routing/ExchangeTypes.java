package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The types of exchanges by the names that {@code exchange.declare} uses. A new type is one line here. */
public final class ExchangeTypes {
    private static final Map<String, Function<ExchangeDeclaration, Exchange>> CONSTRUCTORS = Map.ofEntries(
            Map.entry(DirectExchange.TYPE, DirectExchange::new),
            Map.entry(FanoutExchange.TYPE, FanoutExchange::new),
            Map.entry(TopicExchange.TYPE, TopicExchange::new),
            Map.entry(HeadersExchange.TYPE, HeadersExchange::new),
            Map.entry(ConsistentHashExchange.TYPE, ConsistentHashExchange::new),
            Map.entry(ModulusHashExchange.TYPE, ModulusHashExchange::new),
            Map.entry(RandomExchange.TYPE, RandomExchange::ofAll),
            Map.entry(RandomExchange.LOCAL_TYPE, RandomExchange::ofLocal),
            Map.entry(RecentHistoryExchange.TYPE, RecentHistoryExchange::new),
            Map.entry(DelayedExchange.TYPE, DelayedExchange::ofType),
            Map.entry(DeduplicatingExchange.TYPE, DeduplicatingExchange::ofType));

    /** Not types either, but RabbitMQ refuses these in other words, and clients' tests look at the words. */
    private static final Set<String> INVALID_NAMES = Set.of(
            "",
            "default",
            "error",
            "exchange",
            "false",
            "match",
            "node",
            "ok",
            "queue",
            "system",
            "true",
            "undefined",
            "x-jms-topic");

    private ExchangeTypes() {}

    /** The names of all types. */
    public static Set<String> names() {
        return CONSTRUCTORS.keySet();
    }

    /**
     * Says whether there is such a type.
     *
     * @throws ChannelError with {@code PRECONDITION_FAILED} if not
     */
    public static void validate(String type) {
        constructor(type);
    }

    /**
     * Creates an exchange without bindings.
     *
     * @param type the name of the type; upper and lower case differ
     * @throws ChannelError with {@code PRECONDITION_FAILED} if there is no such type, or the arguments mean nothing to
     *     it
     */
    public static Exchange create(String type, ExchangeDeclaration declaration) {
        Exchange exchange = createInner(type, declaration);
        if (DelayedExchange.isAskedFor(declaration.arguments())) {
            exchange = DelayedExchange.around(exchange, declaration);
        }
        if (DeduplicatingExchange.isAskedFor(declaration.arguments()) && !(exchange instanceof DeduplicatingExchange)) {
            exchange = DeduplicatingExchange.around(exchange, declaration);
        }
        return exchange;
    }

    /** The same for what is within another exchange: arguments that are for all types are that one's business. */
    static Exchange createInner(String type, ExchangeDeclaration declaration) {
        return constructor(type).apply(declaration);
    }

    private static Function<ExchangeDeclaration, Exchange> constructor(String type) {
        Function<ExchangeDeclaration, Exchange> constructor = CONSTRUCTORS.get(type);
        if (constructor == null) {
            String problem = INVALID_NAMES.contains(type) ? "invalid" : "unknown";
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, problem + " exchange type '" + type + "'");
        }
        return constructor;
    }
}
