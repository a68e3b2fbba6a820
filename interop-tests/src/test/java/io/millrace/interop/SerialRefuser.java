package io.millrace.interop;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Refuses each message as often as it is to fail, then acknowledges it, and keeps count: the broker must have the same
 * number, exactly while it lives, and after a kill but for what was under way. Nothing comes back too early.
 */
final class SerialRefuser {
    private static final int PREFETCH = 1_000;
    private static final long MOMENT_MILLIS = 150;
    private static final int NEVER = -1;

    private final SizeTrial trial;
    private final String queue;
    private final SerialLedger ledger;
    private final IntUnaryOperator failures;
    private final int waitMillis;
    private final byte[] refused = new byte[SizeTrial.MESSAGES];
    private final long[] refusedAt = new long[SizeTrial.MESSAGES];
    /** Refused since the broker was started. */
    private BitSet refusedNow = new BitSet();

    private final BitSet done = new BitSet();
    private int deliveries;
    private int behind;
    private long nanos;
    private long latestMillis;

    /** @param failures how often a message is to fail */
    SerialRefuser(SizeTrial trial, String queue, SerialLedger ledger, IntUnaryOperator failures, int waitMillis) {
        this.trial = trial;
        this.queue = queue;
        this.ledger = ledger;
        this.failures = failures;
        this.waitMillis = waitMillis;
    }

    /** Kills the broker after so many deliveries, starts it again, and goes on until every message succeeded. */
    void killAfter(int count) throws Exception {
        if (!life(count)) {
            trial.tell("%d of %d done at the kill", done.cardinality(), SizeTrial.MESSAGES);
            trial.restart();
        }
        refusedNow = new BitSet();
        life(NEVER);
        trial.tellRate("delivered", deliveries, nanos);
        trial.tell("counts behind after the kill %d", behind);
        trial.tell("latest %d ms", latestMillis);
        trial.faultUnless(behind <= 2 * PREFETCH, "forgot failures of " + behind);
    }

    private boolean life(int killAfter) throws Exception {
        long begun = System.nanoTime();
        Connection connection = trial.broker().connectionFactory().newConnection();
        try {
            Channel channel = connection.createChannel();
            channel.basicQos(PREFETCH);
            return take(channel, Inbox.open(channel, queue, Map.of()), killAfter);
        } catch (AlreadyClosedException | IOException e) {
            if (killAfter == NEVER) {
                throw e;
            }
            return false;
        } finally {
            nanos += System.nanoTime() - begun;
            connection.abort(1_000);
        }
    }

    private boolean take(Channel channel, Inbox inbox, int killAfter) throws Exception {
        long patience = Settings.PATIENCE.toMillis() + waitMillis;
        long lastAt = System.currentTimeMillis();
        while (true) {
            Delivery delivery = inbox.nextWithin(MOMENT_MILLIS);
            if (delivery == null) {
                if (isDone() || System.currentTimeMillis() - lastAt > patience) {
                    missing().stream().forEach(serial -> trial.fault("lost in " + queue + ": " + serial));
                    return true;
                }
                continue;
            }
            lastAt = System.currentTimeMillis();
            int serial = SerialPublisher.serial(delivery.getBody());
            if (!ledger.isPublished(serial)) {
                trial.fault("invented or changed: " + serial);
                continue;
            }
            look(serial, delivery, lastAt);
            if (++deliveries == killAfter) {
                trial.kill();
                return false;
            }
            settle(channel, serial, delivery.getEnvelope().getDeliveryTag());
        }
    }

    private void look(int serial, Delivery delivery, long now) {
        Map<String, Object> headers = delivery.getProperties().getHeaders();
        Object header = headers == null ? null : headers.get("x-delivery-count");
        int count = header == null ? 0 : ((Number) header).intValue();
        boolean mayBeBehind = !refusedNow.get(serial);
        if (count != refused[serial]) {
            if (mayBeBehind && count < refused[serial]) {
                behind++;
                // It may not have come back at all, and then it did not have to wait.
                refusedAt[serial] = 0;
            } else {
                trial.fault("count of " + serial + " is " + count + ", not " + refused[serial]);
            }
            refused[serial] = (byte) count;
        }
        if (refused[serial] > 0 && waitMillis > 0 && refusedAt[serial] > 0) {
            long late = now - refusedAt[serial] - waitMillis;
            latestMillis = Math.max(latestMillis, late);
            trial.faultUnless(late >= 0, "early by " + -late + " ms: " + serial);
        }
        trial.faultUnless(!done.get(serial) || mayBeBehind, "twice: " + serial);
    }

    private void settle(Channel channel, int serial, long tag) throws IOException {
        if (refused[serial] < failures.applyAsInt(serial)) {
            refused[serial]++;
            refusedAt[serial] = System.currentTimeMillis();
            refusedNow.set(serial);
            channel.basicReject(tag, true);
        } else {
            done.set(serial);
            channel.basicAck(tag, false);
        }
    }

    private BitSet missing() {
        BitSet missing = ledger.confirmed();
        missing.andNot(done);
        for (int serial = missing.nextSetBit(0); serial >= 0; serial = missing.nextSetBit(serial + 1)) {
            if (failures.applyAsInt(serial) == Integer.MAX_VALUE) {
                missing.clear(serial);
            }
        }
        return missing;
    }

    private boolean isDone() throws Exception {
        return trial.count(queue) == 0 && missing().isEmpty();
    }
}
