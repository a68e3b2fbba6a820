package io.millrace.codec;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory that the bodies of many small messages share, one behind the other in the order in which they arrived. It is
 * used again once all of them are done with, so that the garbage collector neither copies nor clears the octets that
 * pass through.
 *
 * <p>A count says how many holds there are on it: one for each body, and one for everybody else who reads it, such as
 * the log. Whoever forgets to let go does no harm: the block is never used again, and the garbage collector takes it
 * when nobody refers to it any more. Whoever lets go too early does: see {@link Content#owned}.
 */
public final class ContentBlock {
    static final int OCTETS = 64 << 10;

    /** What the filler holds: more than there can be bodies, so that it need not count each at once. */
    private static final int FILLING = 1 << 30;

    private final byte[] octets = new byte[OCTETS];
    private final ContentBlocks home;
    private final AtomicInteger holds = new AtomicInteger();

    ContentBlock(ContentBlocks home) {
        this.home = home;
    }

    byte[] octets() {
        return octets;
    }

    /** A filler begins: nobody else knows the block. */
    void begin() {
        holds.set(FILLING);
    }

    /** The filler is done with it and has put so many bodies into it. */
    void end(int bodies) {
        release(FILLING - bodies);
    }

    /** Keeps it from being used again until {@link #release}; whoever calls this has a body in it. Any thread. */
    public void hold() {
        if (holds.getAndIncrement() <= 0) {
            throw new IllegalStateException("a block that nobody holds");
        }
    }

    /** Lets go of one hold. Any thread. */
    public void release() {
        release(1);
    }

    void release(int count) {
        int left = holds.addAndGet(-count);
        if (left == 0) {
            home.giveBack(this);
        } else if (left < 0) {
            throw new IllegalStateException("a block is released more often than it is held");
        }
    }
}
