package io.millrace.codec;

/**
 * How large the frames of one connection may be: the broker's limit for the handshake at first, then what the peers
 * agreed on. Used by the connection's event loop alone.
 */
public final class FrameLimits {
    /** The specification's {@code frame-min-size}: no peer may ask for less. */
    public static final int FRAME_MAX_LOWEST = 4096;

    private int frameMax;

    /** Limits for the handshake; {@code initialFrameMax} in octets, head and end included. */
    public FrameLimits(int initialFrameMax) {
        frameMax(initialFrameMax);
    }

    /** The largest frame in octets, head and end included. */
    public int frameMax() {
        return frameMax;
    }

    /**
     * Sets the largest frame, in octets.
     *
     * @throws IllegalArgumentException if it is less than {@link #FRAME_MAX_LOWEST}
     */
    public void frameMax(int octets) {
        if (octets < FRAME_MAX_LOWEST) {
            throw new IllegalArgumentException("frame max: " + octets + " (expected: >= " + FRAME_MAX_LOWEST + ")");
        }
        frameMax = octets;
    }

    /** The largest payload that may be sent. */
    int payloadMax() {
        return frameMax - Frame.OVERHEAD_OCTETS;
    }

    /**
     * The largest payload that is taken: eight octets more than may be sent, since some clients forget the overhead,
     * and RabbitMQ forgives them.
     */
    int payloadAcceptedMax() {
        return frameMax;
    }
}
