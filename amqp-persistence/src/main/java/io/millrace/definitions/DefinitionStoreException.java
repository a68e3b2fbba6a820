package io.millrace.definitions;

/** The definitions could not be opened, read or written. The message is meant for the operator. */
public class DefinitionStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean fatal;

    DefinitionStoreException(String message, Throwable cause, boolean fatal) {
        super(message, cause);
        this.fatal = fatal;
    }

    /**
     * Whether it is unknown what the disk holds now: a commit or its synchronisation failed. The store refuses
     * everything from then on and the process has to end; what was durable before is found again at the next start.
     */
    public boolean isFatal() {
        return fatal;
    }
}
