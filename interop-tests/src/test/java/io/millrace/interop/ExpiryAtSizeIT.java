package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that expire, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class ExpiryAtSizeIT {
    private static final String SHORT = "short";
    private static final String EXPIRED = "expired";
    private static final int FEW_MILLIS = 1_500;
    private static final int TTL_MILLIS = Math.max(FEW_MILLIS, SizeTrial.MESSAGES / 200);
    /** One message of so many never expires. */
    private static final int LASTING = 10;

    /** When each message was published, by the clock that the broker has, too. */
    private final long[] publishedAt = new long[SizeTrial.MESSAGES];

    /** A message arrived at its queue at this time or before. */
    private final long[] answeredAt = new long[SizeTrial.MESSAGES];

    private long latestMillis;
    /** Of those that came in this life of the broker, the last one was due at this time or later. */
    private long dueBefore;

    private int overtaken;

    private class ToShort implements SerialPublisher.Form {
        @Override
        public String routingKey(int serial) {
            publishedAt[serial] = System.currentTimeMillis();
            return SHORT;
        }

        @Override
        public void answered(int serial) {
            answeredAt[serial] = System.currentTimeMillis();
        }
    }

    private static Map<String, Object> arguments(Object... further) {
        Map<String, Object> arguments =
                new HashMap<>(Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", EXPIRED));
        for (int i = 0; i < further.length; i += 2) {
            arguments.put((String) further[i], further[i + 1]);
        }
        return arguments;
    }

    private static void declare(SizeTrial trial, Map<String, Object> arguments) throws Exception {
        try (Channel channel = trial.connection().createChannel()) {
            channel.queueDeclare(EXPIRED, true, false, false, Map.of());
            channel.queueDeclare(SHORT, true, false, false, arguments);
        }
    }

    @Test
    void allExpireInTheirOrder() throws Exception {
        try (SizeTrial trial = SizeTrial.start("ttl")) {
            declare(trial, arguments("x-message-ttl", TTL_MILLIS));
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, new ToShort());
            trial.killAndRestart();
            drainExpired(trial, ledger, ledger.confirmed(), serial -> TTL_MILLIS);
            trial.faultUnless(overtaken == 0, "not in their order");
            trial.awaitCount(SHORT, 0);
            trial.verify();
        }
    }

    /** Each message has its own time, and some have none. */
    private static int ttlMillis(int serial) {
        int hash = Integer.hashCode(serial * 0x9E3779B9) >>> 1;
        return hash % LASTING == 0 ? Integer.MAX_VALUE : FEW_MILLIS + hash % TTL_MILLIS;
    }

    @Test
    void eachExpiresWhenItIsDueWhereverItStands() throws Exception {
        try (SizeTrial trial = SizeTrial.start("expiration")) {
            declare(trial, arguments());
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, new ToShort() {
                @Override
                public AMQP.BasicProperties properties(int serial) {
                    int ttl = ttlMillis(serial);
                    return ttl == Integer.MAX_VALUE
                            ? SerialPublisher.PERSISTENT
                            : SerialPublisher.PERSISTENT
                                    .builder()
                                    .expiration(Integer.toString(ttl))
                                    .build();
                }
            });
            trial.killAndRestart();
            BitSet expiring = ledger.confirmed();
            BitSet lasting = ledger.confirmed();
            expiring.stream().forEach(serial -> {
                (ttlMillis(serial) == Integer.MAX_VALUE ? expiring : lasting).clear(serial);
            });
            drainExpired(trial, ledger, expiring, ExpiryAtSizeIT::ttlMillis);
            long perhaps = ledger.unanswered().stream()
                    .filter(serial -> ttlMillis(serial) == Integer.MAX_VALUE)
                    .count();
            trial.awaitCount(SHORT, lasting.cardinality(), lasting.cardinality() + perhaps);
            BitSet rest = new SerialDrain(trial, SHORT, ledger)
                    .owing(lasting)
                    .inOrder(serial -> serial)
                    .all();
            trial.faultUnless(!rest.intersects(expiring), "came too late");
            trial.verify();
        }
    }

    interface Ttl {
        long millis(int serial);
    }

    private void drainExpired(SizeTrial trial, SerialLedger ledger, BitSet owed, Ttl ttl) throws Exception {
        new SerialDrain(trial, EXPIRED, ledger)
                .owing(owed)
                .fromAnew(() -> dueBefore = 0)
                .looking((serial, delivery) -> checkDue(trial, serial, delivery, ttl))
                .killAfter(trial.somewhereIn(owed.cardinality()));
        trial.tell("latest %d ms, overtaken by what was due later %d", latestMillis, overtaken);
    }

    private void checkDue(SizeTrial trial, int serial, Delivery delivery, Ttl ttl) {
        long arrivedUpTo = answeredAt[serial] == 0 ? Long.MAX_VALUE - Integer.MAX_VALUE : answeredAt[serial];
        overtaken += arrivedUpTo + ttl.millis(serial) < dueBefore ? 1 : 0;
        dueBefore = Math.max(dueBefore, publishedAt[serial] + ttl.millis(serial));
        long late = System.currentTimeMillis() - publishedAt[serial] - ttl.millis(serial);
        latestMillis = Math.max(latestMillis, late);
        trial.faultUnless(late >= 0, "early by " + -late + " ms: " + serial);
        Object reason = delivery.getProperties().getHeaders().get("x-first-death-reason");
        trial.faultUnless("expired".equals(String.valueOf(reason)), "reason " + reason);
    }
}
