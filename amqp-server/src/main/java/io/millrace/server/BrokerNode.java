package io.millrace.server;

import io.millrace.server.config.BrokerConfig;
import io.millrace.server.control.ControlSocket;
import io.millrace.server.control.Node;
import io.millrace.server.control.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with a broker in it, which an operator may stop and start again while the process and its control go on.
 */
final class BrokerNode implements Node, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);

    private final BrokerConfig config;
    private Broker broker; // null while it is stopped
    private ControlSocket control;

    BrokerNode(BrokerConfig config) {
        this.config = config;
    }

    /** Starts the broker and its control socket. A socket that cannot be made is logged, and the broker runs. */
    void start() throws IOException {
        startBroker();
        try {
            control = ControlSocket.open(dataDirectory(), this);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("No control socket in {}, rabbitmqctl will not work: {}", dataDirectory(), e.toString());
        }
    }

    @Override
    public String name() {
        return Broker.nodeName(config);
    }

    @Override
    public String version() {
        return config.productVersion();
    }

    @Override
    public Path dataDirectory() {
        return config.dataDir();
    }

    @Override
    public synchronized RunningBroker running() {
        return broker == null ? null : broker.running();
    }

    @Override
    public synchronized void startBroker() throws IOException {
        if (broker == null) {
            Broker started = new Broker(config);
            started.start();
            broker = started;
        }
    }

    @Override
    public synchronized void stopBroker() throws IOException, InterruptedException {
        if (broker != null) {
            Broker stopped = broker;
            broker = null;
            stopped.stop();
        }
    }

    @Override
    public void close() throws IOException {
        if (control != null) {
            control.close();
        }
        try {
            stopBroker();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping", e);
        }
    }
}
