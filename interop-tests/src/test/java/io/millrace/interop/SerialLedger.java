package io.millrace.interop;

import java.util.BitSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * What became of messages that are numbered from 0 on, as far as clients can know: a few bits each, so that millions
 * are nothing. Any thread.
 */
final class SerialLedger {
    private final BitSet published = new BitSet();
    private final BitSet confirmed = new BitSet();
    private final BitSet refused = new BitSet();
    private final Semaphore settled = new Semaphore(0);

    /** The message is about to be published. */
    synchronized void publishing(int serial) {
        published.set(serial);
    }

    synchronized void settled(int serial, boolean taken) {
        (taken ? confirmed : refused).set(serial);
        settled.release();
    }

    synchronized boolean isPublished(int serial) {
        return serial >= 0 && published.get(serial);
    }

    /** What became of keys, of which each message has one. */
    synchronized SerialLedger byKey(IntUnaryOperator keys) {
        SerialLedger ofKeys = new SerialLedger();
        published.stream().map(keys).forEach(ofKeys.published::set);
        confirmed.stream().map(keys).forEach(ofKeys.confirmed::set);
        return ofKeys;
    }

    synchronized BitSet confirmed() {
        return (BitSet) confirmed.clone();
    }

    synchronized BitSet refused() {
        return (BitSet) refused.clone();
    }

    /** What nobody answered for: it may be there or not. */
    synchronized BitSet unanswered() {
        BitSet open = (BitSet) published.clone();
        open.andNot(confirmed);
        open.andNot(refused);
        return open;
    }

    /** Waits until so many more messages are answered for; false when that did not happen. */
    boolean awaitSettled(int count, long millis) throws InterruptedException {
        return settled.tryAcquire(count, millis, TimeUnit.MILLISECONDS);
    }
}
