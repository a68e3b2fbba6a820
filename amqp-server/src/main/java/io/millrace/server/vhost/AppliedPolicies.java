package io.millrace.server.vhost;

import io.millrace.codec.value.ShortString;
import io.millrace.log.stream.StreamLimits;
import io.millrace.server.policy.EffectivePolicy;
import io.millrace.server.policy.EntityKind;
import io.millrace.server.policy.Policies;
import io.millrace.server.queue.DeduplicationRules;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.StreamQueue;
import io.millrace.server.routing.DeduplicatingExchange;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.HoldingExchange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The policies of one virtual host, and who is told of them. Any thread may ask what they come to; the definitions
 * thread changes them.
 */
final class AppliedPolicies {
    private volatile Policies policies = Policies.NONE;

    EffectivePolicy of(QueueSettings queue) {
        return policies.of(
                queue.name().toString(), QueueType.of(queue.arguments()).kind());
    }

    EffectivePolicy of(Exchange exchange) {
        return policies.of(exchange.name().toString(), EntityKind.EXCHANGE);
    }

    /** What the queue has to do, by its arguments and by policies. */
    QueueRules rulesFor(QueueSettings queue) {
        return QueueArguments.rules(of(queue).with(queue.arguments()));
    }

    /** How the exchange tells duplicates, by its arguments and by policies. */
    DeduplicationRules deduplicationFor(Exchange exchange) {
        return DeduplicationArguments.ofExchange(of(exchange).with(exchange.arguments()));
    }

    /** How the stream keeps its messages, by its arguments and by policies. */
    StreamLimits streamLimitsFor(QueueSettings stream) {
        return StreamArguments.limits(of(stream).with(stream.arguments()));
    }

    void applyTo(Exchange exchange) {
        ShortString alternate = of(exchange).alternateExchange();
        exchange.alternateByPolicy(alternate);
        if (exchange instanceof HoldingExchange holding) {
            holding.layers().forEach(layer -> layer.alternateByPolicy(alternate));
        }
    }

    /** These policies and no others hold from now on, for what is there already as well: when it returns they do. */
    void change(Policies next, Collection<Queue> queues, Collection<Exchange> exchanges) {
        Policies before = policies;
        policies = next;
        exchanges.forEach(this::applyTo);
        IdentityHashMap<HomeLoop, List<Runnable>> byHome = new IdentityHashMap<>();
        for (Queue queue : queues) {
            if (differ(before, next, queue.settings())) {
                byHome.computeIfAbsent(queue.home(), home -> new ArrayList<>()).add(change(queue));
            }
        }
        for (Exchange exchange : exchanges) {
            if (exchange instanceof DeduplicatingExchange deduplicating) {
                Queue gate = (Queue) deduplicating.holder();
                QueueRules rules = QueueRules.PLAIN.withDeduplication(deduplicationFor(exchange));
                byHome.computeIfAbsent(gate.home(), home -> new ArrayList<>()).add(() -> gate.apply(rules));
            }
        }
        byHome.forEach((home, changes) -> OnLoop.call(home, () -> {
            changes.forEach(Runnable::run);
            return null;
        }));
    }

    private Runnable change(Queue queue) {
        if (queue instanceof StreamQueue stream) {
            StreamLimits limits = streamLimitsFor(queue.settings());
            return () -> stream.keep(limits);
        }
        QueueRules rules = rulesFor(queue.settings());
        return () -> queue.apply(rules);
    }

    private static boolean differ(Policies before, Policies next, QueueSettings queue) {
        String name = queue.name().toString();
        EntityKind kind = QueueType.of(queue.arguments()).kind();
        return !before.of(name, kind).definition().equals(next.of(name, kind).definition());
    }
}
