package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All priorities that there are, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class PriorityAtSizeIT {
    private static final int PRIORITIES = 256;

    private static int priority(int serial) {
        return Integer.hashCode(serial * 0x9E3779B9) >>> 24;
    }

    /** The highest first, those of one priority as they came. */
    private static long rank(int serial) {
        return (((long) PRIORITIES - priority(serial)) << Integer.SIZE) + serial;
    }

    @Test
    void messagesOfAllPrioritiesKeepTheirOrder() throws Exception {
        try (SizeTrial trial = SizeTrial.start("priorities")) {
            try (Channel channel = trial.connection().createChannel()) {
                channel.queueDeclare("tasks", true, false, false, Map.of("x-max-priority", PRIORITIES - 1));
            }
            SerialLedger ledger = new SerialLedger();
            trial.publish(ledger, new SerialPublisher.Form() {
                @Override
                public String routingKey(int serial) {
                    return "tasks";
                }

                @Override
                public AMQP.BasicProperties properties(int serial) {
                    return SerialPublisher.PERSISTENT
                            .builder()
                            .priority(priority(serial))
                            .build();
                }
            });
            trial.faultIfMiscounted("tasks", ledger);
            new SerialDrain(trial, "tasks", ledger)
                    .inOrder(PriorityAtSizeIT::rank)
                    .killAfter(trial.somewhereIn(SizeTrial.MESSAGES));
            trial.verify();
        }
    }
}
