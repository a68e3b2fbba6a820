package io.millrace.interop;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Takes everything out of a queue, and looks at it: nothing lost, nothing invented, nothing twice in one life of the
 * broker, and in order.
 */
final class SerialDrain {
    private static final int PREFETCH = 2_000;
    private static final int GROUP = 500;
    private static final long MOMENT_MILLIS = 150;
    private static final int NEVER = -1;

    /** What must ascend. */
    interface Order {
        long rank(int serial);
    }

    interface Look {
        void at(int serial, Delivery delivery);
    }

    private final SizeTrial trial;
    private final String queue;
    private final SerialLedger ledger;
    private Supplier<BitSet> owed;
    private Order order;
    private Look look = (serial, delivery) -> {};
    private Runnable beginning = () -> {};
    private BitSet mayComeTwice = new BitSet();
    private final BitSet found = new BitSet();
    /** What the broker was told to forget, or was about to be told. */
    private final BitSet acknowledged = new BitSet();

    private int taken;
    private long nanos;
    private int again;

    SerialDrain(SizeTrial trial, String queue, SerialLedger ledger) {
        this.trial = trial;
        this.queue = queue;
        this.ledger = ledger;
        this.owed = ledger::confirmed;
    }

    /** What must come is this, and not all that was confirmed. */
    SerialDrain owing(BitSet these) {
        owed = () -> (BitSet) these.clone();
        return this;
    }

    SerialDrain inOrder(Order newOrder) {
        order = newOrder;
        return this;
    }

    SerialDrain looking(Look newLook) {
        look = newLook;
        return this;
    }

    /** What to do before the first delivery of each life of the broker. */
    SerialDrain fromAnew(Runnable action) {
        beginning = action;
        return this;
    }

    /** These messages may be in the queue more than once after a kill. */
    SerialDrain mayComeTwice(BitSet these) {
        mayComeTwice = these;
        return this;
    }

    /** Kills the broker after so many deliveries, starts it again and takes the rest; returns what there was. */
    BitSet killAfter(int deliveries) throws Exception {
        if (!life(deliveries)) {
            trial.restart();
        }
        return all();
    }

    /** Takes all there is until nothing is owed; returns what there was. */
    BitSet all() throws Exception {
        life(NEVER);
        trial.tellRate("drained " + queue, taken, nanos);
        if (again > 0) {
            trial.tell("again %d", again);
        }
        return found;
    }

    /** What has come so far. */
    BitSet found() {
        return found;
    }

    private boolean life(int killAfter) throws Exception {
        beginning.run();
        long begun = System.nanoTime();
        Connection connection = trial.broker().connectionFactory().newConnection();
        try {
            Channel channel = connection.createChannel();
            channel.basicQos(PREFETCH);
            Inbox inbox = Inbox.open(channel, queue, Map.of());
            return take(channel, inbox, killAfter);
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

    /** Returns false when the broker was killed. */
    private boolean take(Channel channel, Inbox inbox, int killAfter) throws Exception {
        BitSet ofThisLife = new BitSet();
        BitSet group = new BitSet();
        Delivery last = null;
        long lastRank = Long.MIN_VALUE;
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        while (true) {
            Delivery delivery = inbox.nextWithin(MOMENT_MILLIS);
            if (delivery == null) {
                acknowledge(channel, last, group);
                if (isEmpty(channel, inbox) || System.nanoTime() - deadline > 0) {
                    BitSet missing = owed.get();
                    missing.andNot(acknowledged);
                    missing.andNot(ofThisLife);
                    if (missing.isEmpty() || System.nanoTime() - deadline > 0) {
                        missing.stream().forEach(serial -> trial.fault("lost in " + queue + ": " + serial));
                        return true;
                    }
                }
                continue;
            }
            deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
            last = delivery;
            int serial = SerialPublisher.serial(delivery.getBody());
            if (!ledger.isPublished(serial)) {
                trial.fault("invented or changed in " + queue + ": " + serial);
                continue;
            }
            lastRank = check(serial, ofThisLife, lastRank);
            look.at(serial, delivery);
            group.set(serial);
            if (++taken == killAfter) {
                trial.kill();
                return false;
            }
            if (taken % GROUP == 0) {
                acknowledge(channel, last, group);
            }
        }
    }

    private long check(int serial, BitSet ofThisLife, long lastRank) {
        if (found.get(serial)) {
            again++;
        }
        if (ofThisLife.get(serial) && !mayComeTwice.get(serial)) {
            trial.fault("twice in " + queue + ": " + serial);
        }
        found.set(serial);
        ofThisLife.set(serial);
        long rank = order == null ? 0 : order.rank(serial);
        if (order != null && rank <= lastRank) {
            trial.fault("out of order in " + queue + ": " + serial);
        }
        return rank;
    }

    private void acknowledge(Channel channel, Delivery last, BitSet group) throws IOException {
        if (!group.isEmpty()) {
            acknowledged.or(group);
            channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
            group.clear();
        }
    }

    private boolean isEmpty(Channel channel, Inbox inbox) throws Exception {
        Client.settle(channel, queue);
        return inbox.size() == 0 && channel.messageCount(queue) == 0;
    }
}
