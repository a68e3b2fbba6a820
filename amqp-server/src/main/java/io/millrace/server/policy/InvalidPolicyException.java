package io.millrace.server.policy;

/** Something is wrong with a policy. The message is RabbitMQ's, which tools show to people. */
public final class InvalidPolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidPolicyException(String problem) {
        super("Validation failed\n\n" + problem + "\n");
    }
}
