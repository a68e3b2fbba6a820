package io.millrace.interop;

import com.rabbitmq.client.Channel;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues that take so many messages and no more, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class LengthLimitAtSizeIT {
    private static final String BOUNDED = "bounded";
    private static final String OVERFLOW = "overflow";
    private static final int LIMIT = SizeTrial.MESSAGES / 2;
    private static final SerialPublisher.Form TO_BOUNDED = serial -> BOUNDED;

    private static void declare(SizeTrial trial, String overflow, boolean deadLetters) throws Exception {
        Map<String, Object> arguments = new HashMap<>(Map.of("x-max-length", LIMIT, "x-overflow", overflow));
        try (Channel channel = trial.connection().createChannel()) {
            if (deadLetters) {
                arguments.put("x-dead-letter-exchange", "");
                arguments.put("x-dead-letter-routing-key", OVERFLOW);
                channel.queueDeclare(OVERFLOW, true, false, false, Map.of());
            }
            channel.queueDeclare(BOUNDED, true, false, false, arguments);
        }
    }

    @Test
    void theOldestGiveWay() throws Exception {
        try (SizeTrial trial = SizeTrial.start("drop-head")) {
            declare(trial, "drop-head", false);
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, TO_BOUNDED);
            drainNewest(trial, ledger);
            trial.verify();
        }
    }

    @Test
    void theOldestBecomeDeadLetters() throws Exception {
        try (SizeTrial trial = SizeTrial.start("drop-head-dlx")) {
            declare(trial, "drop-head", true);
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, TO_BOUNDED);
            BitSet kept = drainNewest(trial, ledger);
            drainDead(trial, ledger, ledger.confirmed(), kept);
            trial.verify();
        }
    }

    @Test
    void theNewestAreRefused() throws Exception {
        try (SizeTrial trial = SizeTrial.start("reject-publish")) {
            declare(trial, "reject-publish", false);
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, TO_BOUNDED);
            drainConfirmed(trial, ledger);
            trial.verify();
        }
    }

    @Test
    void theNewestBecomeDeadLetters() throws Exception {
        try (SizeTrial trial = SizeTrial.start("reject-publish-dlx")) {
            declare(trial, "reject-publish-dlx", true);
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, TO_BOUNDED);
            BitSet kept = drainConfirmed(trial, ledger);
            drainDead(trial, ledger, ledger.refused(), kept);
            trial.verify();
        }
    }

    private static BitSet drainConfirmed(SizeTrial trial, SerialLedger ledger) throws Exception {
        requireFull(trial);
        trial.faultIfMiscounted(BOUNDED, ledger);
        BitSet kept = drain(trial, BOUNDED, ledger, ledger.confirmed());
        trial.faultUnless(!kept.intersects(ledger.refused()), "refused and in the queue");
        return kept;
    }

    /** The queue has the newest that came, of which some may not have been confirmed. */
    private static BitSet drainNewest(SizeTrial trial, SerialLedger ledger) throws Exception {
        requireFull(trial);
        BitSet owed = ledger.confirmed();
        owed.clear(0, newestFrom(owed, LIMIT - ledger.unanswered().cardinality()));
        BitSet kept = drain(trial, BOUNDED, ledger, owed);
        BitSet newest = ledger.confirmed();
        newest.clear(0, kept.nextSetBit(0));
        newest.andNot(kept);
        trial.faultUnless(newest.isEmpty(), "not the oldest gave way: " + newest);
        trial.faultUnless(kept.cardinality() == LIMIT, "had " + kept.cardinality());
        return kept;
    }

    private static int newestFrom(BitSet confirmed, int count) {
        int from = confirmed.length();
        for (int i = 0; i < count; i++) {
            from = confirmed.previousSetBit(from - 1);
        }
        return from;
    }

    private static void requireFull(SizeTrial trial) throws Exception {
        long count = trial.count(BOUNDED);
        trial.faultUnless(count == LIMIT, BOUNDED + " has " + count + " messages, not " + LIMIT);
    }

    /** Every message is in one of the two queues. */
    private static void drainDead(SizeTrial trial, SerialLedger ledger, BitSet all, BitSet kept) throws Exception {
        all.andNot(kept);
        BitSet dead = drain(trial, OVERFLOW, ledger, all);
        trial.faultUnless(!dead.intersects(kept), "in both");
    }

    private static BitSet drain(SizeTrial trial, String queue, SerialLedger ledger, BitSet owed) throws Exception {
        return new SerialDrain(trial, queue, ledger)
                .owing(owed)
                .inOrder(serial -> serial)
                .killAfter(trial.somewhereIn(LIMIT));
    }
}
