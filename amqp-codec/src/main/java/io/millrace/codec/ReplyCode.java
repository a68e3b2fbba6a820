package io.millrace.codec;

/**
 * The reply codes of AMQP 0-9-1 with RabbitMQ's names, which open every reply text ({@code NOT_FOUND - no queue 'q'}).
 *
 * <p>The specification divides them in two kinds: a <em>hard</em> error closes the connection, a soft one only the
 * channel it happened on.
 */
public enum ReplyCode {
    /** An orderly close. */
    REPLY_SUCCESS(200, false),
    /** Never sent by RabbitMQ. */
    CONTENT_TOO_LARGE(311, false),
    /** Sent in {@code basic.return} only: nothing took a mandatory message. */
    NO_ROUTE(312, false),
    /** Never sent by RabbitMQ, which refuses {@code immediate}. */
    NO_CONSUMERS(313, false),
    /** The broker or an operator closes the connection. */
    CONNECTION_FORCED(320, true),
    /** Never sent by RabbitMQ. */
    INVALID_PATH(402, true),
    /** A permission is missing, or a name is reserved. */
    ACCESS_REFUSED(403, false),
    /** A queue or exchange does not exist. */
    NOT_FOUND(404, false),
    /** Another connection owns the queue. */
    RESOURCE_LOCKED(405, false),
    /** An argument or the present state forbids the method. */
    PRECONDITION_FAILED(406, false),
    /** A frame or the arguments of a method are malformed. */
    FRAME_ERROR(501, true),
    /** A field has an illegal value. */
    SYNTAX_ERROR(502, true),
    /** A method that is unknown or that this side cannot take. */
    COMMAND_INVALID(503, true),
    /** A method on a channel that is not in the state for it. */
    CHANNEL_ERROR(504, true),
    /** A frame that must not come now, such as a body without its header. */
    UNEXPECTED_FRAME(505, true),
    /** The broker lacks what the method needs. */
    RESOURCE_ERROR(506, true),
    /** Not permitted: virtual host access, connection limits, a reused consumer tag. */
    NOT_ALLOWED(530, true),
    /** A feature that the broker does not have. */
    NOT_IMPLEMENTED(540, true),
    /** The broker failed, or content properties are malformed. */
    INTERNAL_ERROR(541, true);

    private final int code;
    private final boolean hard;

    ReplyCode(int code, boolean hard) {
        this.code = code;
        this.hard = hard;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Whether the specification closes the connection for it, and not just the channel. */
    public boolean isHard() {
        return hard;
    }
}
