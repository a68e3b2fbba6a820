package io.millrace.server.channel;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.TxMethod;
import io.netty.buffer.ByteBuf;

/**
 * What a channel holds back while publishers are blocked: the first publish and all that comes behind it, in order.
 * Only settlements pass, so that consumers on the channel go on; in a transaction they do not, since they belong to the
 * commit that follows them.
 */
final class HeldFrames {
    private final DeferredFrames frames = new DeferredFrames();
    private boolean holdsSettlements;

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** Whether the method is to be held. */
    boolean mustWait(Method method, boolean transactional) {
        if (frames.isEmpty()) {
            holdsSettlements = transactional;
            return method instanceof BasicMethod.Publish;
        }
        return holdsSettlements || !isSettlement(method);
    }

    private static boolean isSettlement(Method method) {
        return method instanceof BasicMethod.Ack
                || method instanceof BasicMethod.Nack
                || method instanceof BasicMethod.Reject;
    }

    /** Keeps a method; returns the bytes it counts for. */
    long add(Method method) {
        // What is settled behind these is settled in another way than before.
        holdsSettlements |= method instanceof TxMethod
                || method instanceof BasicMethod.Recover
                || method instanceof BasicMethod.RecoverAsync;
        return frames.add(method);
    }

    long addHeader(ByteBuf in, int offset, int length) {
        return frames.addHeader(in, offset, length);
    }

    long addBody(ByteBuf in, int offset, int length) {
        return frames.addBody(in, offset, length);
    }

    /** The bytes that the oldest frame counts for. */
    long firstBytes() {
        return frames.firstBytes();
    }

    /** Gives the oldest frame to the channel again. May throw what the channel has against it. */
    void replayFirst(Channel channel) {
        frames.replayFirst(channel);
    }

    /** Drops all; returns their bytes, negative. */
    long clear() {
        return frames.clear();
    }
}
