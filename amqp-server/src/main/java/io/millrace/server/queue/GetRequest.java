package io.millrace.server.queue;

import java.util.function.Consumer;

/** One {@code basic.get}: goes to the queue's loop and comes back to the asker's with a message or without. */
public final class GetRequest {
    private final Queue queue;
    private final boolean automaticAck;
    private final HomeLoop askerLoop;
    private final Consumer<GetRequest> answer;

    private Message message;
    private long sequence;
    private boolean redelivered;
    private int remaining;

    /** @param answer called on the asker's loop with this request, filled in */
    public GetRequest(Queue queue, boolean automaticAck, HomeLoop askerLoop, Consumer<GetRequest> answer) {
        this.queue = queue;
        this.automaticAck = automaticAck;
        this.askerLoop = askerLoop;
        this.answer = answer;
    }

    /** Sends the request on its way. */
    public void send() {
        queue.home().run(this::fetch);
    }

    private void fetch() {
        if (queue.get(this)) {
            answer();
        }
    }

    /** There is a message, or there is none and none to come. */
    void answer() {
        askerLoop.run(() -> answer.accept(this));
    }

    void found(Message newMessage, long newSequence, boolean newRedelivered, int newRemaining) {
        message = newMessage;
        sequence = newSequence;
        redelivered = newRedelivered;
        remaining = newRemaining;
    }

    /** Nobody wants the message any more: it goes back to its place in the queue, if there is one to settle. */
    public void giveBack() {
        if (message != null && !automaticAck) {
            SettleBatch batch = new SettleBatch(queue.getter(), SettleBatch.Outcome.REQUEUE_FAILED);
            batch.add(message, sequence);
            batch.handOver();
        }
    }

    public Queue queue() {
        return queue;
    }

    public boolean automaticAck() {
        return automaticAck;
    }

    /** The message; null when the queue had none. */
    public Message message() {
        return message;
    }

    public long sequence() {
        return sequence;
    }

    public boolean redelivered() {
        return redelivered;
    }

    /** How many more messages are ready. */
    public int remaining() {
        return remaining;
    }
}
