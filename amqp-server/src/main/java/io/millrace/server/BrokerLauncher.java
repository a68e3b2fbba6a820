package io.millrace.server;

import io.millrace.server.config.BrokerConfig;

/** Starts a broker: what {@link Main} knows of one. */
@FunctionalInterface
interface BrokerLauncher {
    /**
     * Returns when clients can connect; closing the result stops the broker cleanly.
     *
     * @throws Exception it cannot start; the message is for the operator
     */
    AutoCloseable start(BrokerConfig config) throws Exception;
}
