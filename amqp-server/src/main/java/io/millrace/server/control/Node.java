package io.millrace.server.control;

import java.nio.file.Path;

/** The process that a broker runs in, or could run in. */
public interface Node {
    /** Such as {@code rabbit@localhost}. */
    String name();

    /** The version of the protocol's semantics that clients are told. */
    String version();

    Path dataDirectory();

    /** The broker; null while it is stopped. */
    RunningBroker running();

    /** Stops the broker, and leaves the process. Does nothing when it is stopped. */
    void stopBroker() throws Exception;

    /** Starts the broker again. Does nothing when it runs. */
    void startBroker() throws Exception;
}
