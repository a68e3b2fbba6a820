package io.millrace.codec;

/** An error that closes the connection. */
public final class ConnectionError extends AmqpException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that no method caused.
     *
     * @param explanation what went wrong, without the name of the code; null or empty for the bare name
     */
    public ConnectionError(ReplyCode replyCode, String explanation) {
        this(replyCode, explanation, 0, 0);
    }

    /**
     * An error that a method caused.
     *
     * @param explanation what went wrong, without the name of the code; null or empty for the bare name
     */
    public ConnectionError(ReplyCode replyCode, String explanation, int classId, int methodId) {
        super(replyCode, explanation, classId, methodId);
    }

    /** The bare internal error names no method, as it names nothing else. */
    @Override
    public ConnectionError withMethod(int classId, int methodId) {
        return namesMethod() || isBareInternalError()
                ? this
                : new ConnectionError(replyCode(), explanation(), classId, methodId);
    }

    private boolean isBareInternalError() {
        return replyCode() == ReplyCode.INTERNAL_ERROR
                && (explanation() == null || explanation().isEmpty());
    }
}
