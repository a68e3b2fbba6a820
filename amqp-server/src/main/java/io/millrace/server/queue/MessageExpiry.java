package io.millrace.server.queue;

/**
 * Gives up the messages of a queue that are due, wherever they stand in it. While one waits there is a timer for the
 * first of them; a queue in which nothing can expire has none, and pays nothing. Belongs to the queue's loop.
 */
final class MessageExpiry {
    /** Messages given up at a time, so that one queue does not keep its loop from the others. */
    private static final int RUN_MESSAGES = 1024;

    private final Queue queue;
    private final HomeLoop home;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final TimedNote note;
    private final Alarm alarm;

    private QueueTtl ttl = QueueTtl.NONE;

    MessageExpiry(Queue queue, QueueContents contents) {
        this.queue = queue;
        this.home = queue.home();
        this.contents = contents;
        this.ready = contents.ready();
        this.note = new TimedNote(queue);
        this.alarm = new Alarm(home, queue::goOn);
    }

    /** From now on a message may wait for so long in this queue. */
    void ttl(long millis) {
        ttl = millis == QueueRules.FOREVER ? QueueTtl.NONE : new QueueTtl(millis, home.currentTimeMillis());
    }

    /** Whether messages of this queue may be due some time. */
    boolean isActive() {
        return ttl.isLimited() || ready.hasTimed();
    }

    /** Notes the time of arrival where it will be asked for. */
    void arrived(PublishBatch batch) {
        if (ttl.isLimited()) {
            batch.stamp(home.currentTimeMillis());
        }
    }

    /**
     * Gives up what is due. When that is more than one run does, the queue will be told to {@link Queue#goOn}, and must
     * not give away any message until then.
     *
     * @return whether nothing more is due
     */
    boolean run() {
        if (!isActive()) {
            return true;
        }
        long now = home.currentTimeMillis();
        for (int i = 0; i < RUN_MESSAGES; i++) {
            long storedDue = contents.firstStoredDue();
            long readyDue = ready.firstDue(ttl);
            if (Math.min(storedDue, readyDue) > now) {
                return true;
            }
            if (queue.isBusyBurying()) {
                return readyDue > now;
            }
            if (storedDue < readyDue) {
                giveUp(contents.pollStoredDue(now));
            } else {
                Message message = ready.pollDue(now, ttl);
                if (message == null) {
                    return true;
                }
                queue.giveUp(message, ready.polledSequence(), DeathReason.EXPIRED, false);
            }
        }
        home.execute(queue::goOn);
        return false;
    }

    private void giveUp(Overdue overdue) {
        if (overdue != null) {
            queue.giveUp(overdue.message(), overdue.sequence(), DeathReason.EXPIRED, false);
        }
    }

    /**
     * Gives consumers what was just published before it gives up what is due: messages may come with no time to live.
     *
     * @param published how many there were
     */
    void offer(int published) {
        int offered = 0;
        while (queue.drain() && isDue() && offered < published) {
            offered += Dispatcher.DRAIN_MESSAGES;
        }
        run();
    }

    private boolean isDue() {
        return isActive() && ready.firstDue(ttl) <= home.currentTimeMillis();
    }

    /** Sees to it that the queue is told when the next message is due. */
    void watch() {
        if (isActive()) {
            if (ready.hasTimed() && queue.kind().limitsLives()) {
                note.write();
            }
            if (ttl.isLimited()) {
                contents.readHeads();
            }
            alarm.set(Math.min(ready.firstDue(ttl), contents.firstStoredDue()));
        }
    }

    /** What an earlier run noted. */
    void recovered(long notes, long lastNumber) {
        note.recovered(notes, lastNumber);
        if (note.isWritten()) {
            ready.noteTimed();
        }
    }

    /** The queue goes to work: what the note of an earlier run is about is looked for. */
    void started() {
        if (note.isWritten() && contents.isStored()) {
            contents.findTimed();
        } else {
            note.withdraw();
        }
    }

    /** The queue is gone. */
    void end() {
        note.delete();
        alarm.end();
    }
}
