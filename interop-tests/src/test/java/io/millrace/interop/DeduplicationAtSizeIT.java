package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every message is published twice or three times, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class DeduplicationAtSizeIT {
    private static final String ONCE = "once";
    private static final String EVENTS = "events";
    /** As many as are remembered for certain, when there are 2 million messages. */
    private static final int KEYS = (int) (SizeTrial.MESSAGES * 0.45);

    private static int key(int serial) {
        return serial % KEYS;
    }

    private static SerialPublisher.Form to(String exchange, String routingKey) {
        return new SerialPublisher.Form() {
            @Override
            public String exchange(int serial) {
                return exchange;
            }

            @Override
            public String routingKey(int serial) {
                return routingKey;
            }

            @Override
            public int bodyOf(int serial) {
                return key(serial);
            }

            @Override
            public AMQP.BasicProperties properties(int serial) {
                return SerialPublisher.PERSISTENT
                        .builder()
                        .headers(Map.of("x-deduplication-header", key(serial)))
                        .build();
            }
        };
    }

    @Test
    void aQueueTakesEachOnce() throws Exception {
        try (SizeTrial trial = SizeTrial.start("deduplication-queue")) {
            try (Channel channel = trial.connection().createChannel()) {
                channel.queueDeclare(ONCE, true, false, false, Map.of("x-message-deduplication", true));
            }
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, to("", ONCE));
            SerialLedger keys = ledger.byKey(DeduplicationAtSizeIT::key);
            trial.faultIfMiscounted(ONCE, keys);
            new SerialDrain(trial, ONCE, keys).killAfter(trial.somewhereIn(KEYS));
            trial.verify();
        }
    }

    @Test
    void anExchangeRoutesEachOnce() throws Exception {
        try (SizeTrial trial = SizeTrial.start("deduplication-exchange")) {
            try (Channel channel = trial.connection().createChannel()) {
                channel.exchangeDeclare(
                        EVENTS,
                        "fanout",
                        true,
                        false,
                        Map.of("x-message-deduplication", true, "x-cache-size", 1_000_000));
                channel.queueDeclare(ONCE, true, false, false, Map.of());
                channel.queueBind(ONCE, EVENTS, "");
            }
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, to(EVENTS, ""));
            // What was not confirmed when the broker was killed may be routed again when it is published again.
            BitSet unsure = new BitSet();
            ledger.unanswered().stream().map(DeduplicationAtSizeIT::key).forEach(unsure::set);
            new SerialDrain(trial, ONCE, ledger.byKey(DeduplicationAtSizeIT::key))
                    .mayComeTwice(unsure)
                    .killAfter(trial.somewhereIn(KEYS));
            trial.verify();
        }
    }
}
