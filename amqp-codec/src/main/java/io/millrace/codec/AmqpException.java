package io.millrace.codec;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * An error that a peer is told of before something is closed. The type says what: a {@link ConnectionError} closes the
 * connection, a {@link ChannelError} the channel.
 *
 * <p>It carries no stack trace: it describes what the peer did, not where this program was, and a peer must not be able
 * to make the broker walk stacks.
 */
public abstract sealed class AmqpException extends RuntimeException permits ConnectionError, ChannelError {
    private static final long serialVersionUID = 1L;

    /** A reply text is a short string on the wire. */
    private static final int REPLY_TEXT_OCTETS_MAX = 255;

    private static final String ELLIPSIS = "...";

    private final ReplyCode replyCode;
    private final String explanation;
    private final int classId;
    private final int methodId;

    AmqpException(ReplyCode replyCode, String explanation, int classId, int methodId) {
        super(composeReplyText(requireNonNull(replyCode, "replyCode is null"), explanation), null, false, false);
        this.replyCode = replyCode;
        this.explanation = explanation;
        this.classId = classId;
        this.methodId = methodId;
    }

    /** The code for the close method. */
    public final ReplyCode replyCode() {
        return replyCode;
    }

    /**
     * The text for the close method: {@code NAME - explanation}, or just the name when nothing is explained; at most
     * 255 octets of UTF-8, longer ones end in {@code ...} as RabbitMQ's do.
     */
    public final String replyText() {
        return getMessage();
    }

    /** The class of the method that failed, 0 when no method did. */
    public final int classId() {
        return classId;
    }

    /** The method that failed, 0 when none did. */
    public final int methodId() {
        return methodId;
    }

    /** The same error naming the method that failed; this very error if it names one already. */
    public abstract AmqpException withMethod(int classId, int methodId);

    final String explanation() {
        return explanation;
    }

    final boolean namesMethod() {
        return (classId | methodId) != 0;
    }

    private static String composeReplyText(ReplyCode replyCode, String explanation) {
        if (explanation == null || explanation.isEmpty()) {
            return replyCode.name();
        }
        String text = replyCode.name() + " - " + explanation;
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length <= REPLY_TEXT_OCTETS_MAX) {
            return text;
        }
        int end = REPLY_TEXT_OCTETS_MAX - ELLIPSIS.length();
        while ((octets[end] & 0xC0) == 0x80) {
            end--; // never cut a character in two
        }
        return new String(octets, 0, end, StandardCharsets.UTF_8) + ELLIPSIS;
    }
}
