package io.millrace.server;

import io.millrace.server.config.BrokerConfig;

/** Starts a broker: what {@link Main} knows of one. */
@FunctionalInterface
interface BrokerLauncher {
    /**
     * Returns when clients can connect.
     *
     * @throws Exception it cannot start; the message is for the operator
     */
    void start(BrokerConfig config) throws Exception;
}
