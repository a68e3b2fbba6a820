package io.millrace.server;

import io.millrace.server.config.BrokerConfig;
import io.millrace.server.config.TlsConfig;
import io.millrace.server.tls.TlsFileException;
import io.millrace.server.tls.TlsServer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** What listeners with TLS speak, for AMQP and for the metrics page, where the configuration has such. */
final class TlsServers implements AutoCloseable {
    /** Ends with the process; has no threads while there is nothing to do. */
    private final ScheduledThreadPoolExecutor threads;

    private final Optional<TlsServer> amqp;
    private final Optional<TlsServer> metrics;

    /** @throws TlsFileException a file is missing or of no use, or a setting is not */
    TlsServers(BrokerConfig config) throws TlsFileException {
        // Handshakes may take half of the processors, so that messages have the other half.
        int threadsMax = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ScheduledThreadPoolExecutor(threadsMax, new DefaultThreadFactory("tls", true));
        boolean opened = false;
        try {
            int timeoutMillis = config.tlsHandshakeTimeoutMillis();
            amqp = open(!config.tlsListeners().isEmpty(), config.tls(), timeoutMillis);
            metrics = open(config.prometheusTlsListener().isPresent(), config.prometheusTls(), timeoutMillis);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private Optional<TlsServer> open(boolean wanted, TlsConfig config, int timeoutMillis) throws TlsFileException {
        return wanted ? Optional.of(TlsServer.open(config, timeoutMillis, threads)) : Optional.empty();
    }

    /** For AMQP; empty when nothing listens for it with TLS. */
    Optional<TlsServer> amqp() {
        return amqp;
    }

    /** For the metrics page, likewise. */
    Optional<TlsServer> metrics() {
        return metrics;
    }

    /** Reads the files of certificates again if they have changed. */
    void look() {
        List.of(amqp, metrics).forEach(server -> server.ifPresent(TlsServer::look));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
