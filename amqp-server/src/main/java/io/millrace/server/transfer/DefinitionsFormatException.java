package io.millrace.server.transfer;

/** A definitions file makes no sense; the message says where and why. */
public final class DefinitionsFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    DefinitionsFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
