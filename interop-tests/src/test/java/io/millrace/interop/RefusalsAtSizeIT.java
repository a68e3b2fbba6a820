package io.millrace.interop;

import com.rabbitmq.client.Channel;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that consumers refuse, at once again or after a while, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class RefusalsAtSizeIT {
    private static final String TASKS = "tasks";
    private static final String FAILED = "failed";
    private static final int DELIVERY_LIMIT = 3;
    private static final int RETRY_MILLIS = Math.max(2_000, SizeTrial.MESSAGES / 100);
    /** One message of so many always fails. */
    private static final int POISON = 8;

    private static boolean isPoison(int serial) {
        return serial % POISON == 0;
    }

    private static void declare(SizeTrial trial, Map<String, Object> arguments) throws Exception {
        try (Channel channel = trial.connection().createChannel()) {
            channel.queueDeclare(FAILED, true, false, false, Map.of());
            channel.queueDeclare(TASKS, true, false, false, arguments);
        }
    }

    private static BitSet poison(SerialLedger ledger) {
        BitSet poison = new BitSet();
        ledger.confirmed().stream().filter(RefusalsAtSizeIT::isPoison).forEach(poison::set);
        return poison;
    }

    private static void drainFailed(SizeTrial trial, SerialLedger ledger) throws Exception {
        new SerialDrain(trial, FAILED, ledger)
                .owing(poison(ledger))
                .looking((serial, delivery) -> {
                    Object reason = delivery.getProperties().getHeaders().get("x-first-death-reason");
                    trial.faultUnless("delivery_limit".equals(String.valueOf(reason)), "reason " + reason);
                    trial.faultUnless(isPoison(serial), "given up too early: " + serial);
                })
                .all();
    }

    @Test
    void aQuorumQueueCountsDeliveries() throws Exception {
        try (SizeTrial trial = SizeTrial.start("delivery-limit")) {
            declare(
                    trial,
                    Map.of(
                            "x-queue-type",
                            "quorum",
                            "x-delivery-limit",
                            DELIVERY_LIMIT,
                            "x-dead-letter-exchange",
                            "",
                            "x-dead-letter-routing-key",
                            FAILED));
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, serial -> TASKS);
            trial.faultIfMiscounted(TASKS, ledger);
            new SerialRefuser(trial, TASKS, ledger, serial -> isPoison(serial) ? Integer.MAX_VALUE : serial % 3, 0)
                    .killAfter(trial.somewhereIn(SizeTrial.MESSAGES));
            drainFailed(trial, ledger);
            trial.verify();
        }
    }

    @Test
    void whatFailedComesBackLaterOrIsParked() throws Exception {
        try (SizeTrial trial = SizeTrial.start("retries")) {
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("x-delayed-retry-min", RETRY_MILLIS);
            arguments.put("x-delayed-retry-multiplier", 1);
            arguments.put("x-delivery-limit", 1);
            declare(trial, arguments);
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, serial -> TASKS);
            trial.faultIfMiscounted(TASKS, ledger);
            new SerialRefuser(trial, TASKS, ledger, serial -> isPoison(serial) ? Integer.MAX_VALUE : 1, RETRY_MILLIS)
                    .killAfter(trial.somewhereIn(SizeTrial.MESSAGES));
            // What failed too often waits for somebody to say where it goes.
            trial.faultUnless(trial.count(FAILED) == 0, "dead letters before there is where to");
            trial.killAndRestart();
            trial.broker()
                    .rabbitmqctl(
                            "set_policy",
                            "dead",
                            "^" + TASKS + "$",
                            "{\"dead-letter-exchange\":\"\",\"dead-letter-routing-key\":\"" + FAILED + "\"}");
            drainFailed(trial, ledger);
            trial.verify();
        }
    }
}
