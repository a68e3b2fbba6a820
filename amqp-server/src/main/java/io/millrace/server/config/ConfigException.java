package io.millrace.server.config;

/**
 * The configuration cannot be used. The message is one line for the operator, with file and line where there are any.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
