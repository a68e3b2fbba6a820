package io.millrace.server.tls;

import static java.util.Objects.requireNonNull;

import io.millrace.server.config.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS: makes the handler of each connection, from the files as they are at the time. It looks at
 * them every few seconds; connections that are open keep what they have.
 */
public final class TlsServer {
    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);

    private static final long LOOK_SECONDS = 10;

    private final TlsConfig config;
    private final int handshakeTimeoutMillis;
    private final ScheduledExecutorService threads;

    private volatile TlsContext current;
    private List<FileState> loaded;
    private String lastFailure = "";

    /** What tells a file from the one that was there before. */
    private record FileState(Object identity, long modified, long size) {
        static FileState of(Path file) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new FileState(
                        String.valueOf(found.fileKey()),
                        found.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                        found.size());
            } catch (IOException e) {
                return new FileState("", 0, -1);
            }
        }
    }

    private TlsServer(TlsConfig config, int handshakeTimeoutMillis, ScheduledExecutorService threads)
            throws TlsFileException {
        this.config = requireNonNull(config, "config is null");
        this.handshakeTimeoutMillis = handshakeTimeoutMillis;
        this.threads = requireNonNull(threads, "threads is null");
        // Before they are read: what changes meanwhile is read again.
        this.loaded = fileStates();
        this.current = TlsContext.load(config);
        warnOfExpiry(current);
    }

    /**
     * Reads the files.
     *
     * @param threads for handshakes and for looking at the files: not event loops, which must not wait
     * @throws TlsFileException a file is missing or of no use, or a setting is not
     */
    public static TlsServer open(TlsConfig config, int handshakeTimeoutMillis, ScheduledExecutorService threads)
            throws TlsFileException {
        TlsServer server = new TlsServer(config, handshakeTimeoutMillis, threads);
        ScheduledFuture<?> unused =
                threads.scheduleWithFixedDelay(server::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return server;
    }

    /** A new connection's first handler. Any thread. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = current.newHandler(allocator, threads);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        return handler;
    }

    /**
     * Reads the files again if they have changed. Connections made from then on get what is in them; when that is of no
     * use, they get what there was before. Any thread but an event loop.
     */
    public synchronized void look() {
        List<FileState> found = fileStates();
        if (found.equals(loaded)) {
            return;
        }
        try {
            TlsContext renewed = TlsContext.load(config);
            current = renewed;
            loaded = found;
            lastFailure = "";
            LOG.info("Renewed the certificate of {}.certfile; it holds until {}", config.prefix(), notAfter(renewed));
            warnOfExpiry(renewed);
        } catch (TlsFileException | RuntimeException e) {
            // It is tried again with every look, since who writes several files does so one after the other.
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(lastFailure)) {
                LOG.error("The certificate is not renewed, the one before stays in use: {}", failure);
            }
            lastFailure = failure;
        }
    }

    /** What new connections get. */
    X509Certificate certificate() {
        return current.certificate();
    }

    private void warnOfExpiry(TlsContext context) {
        if (notAfter(context).isBefore(Instant.now())) {
            LOG.warn(
                    "The certificate of {}.certfile has expired at {}: clients will refuse it",
                    config.prefix(),
                    notAfter(context));
        }
    }

    private static Instant notAfter(TlsContext context) {
        return context.certificate().getNotAfter().toInstant();
    }

    private List<FileState> fileStates() {
        List<FileState> states = new ArrayList<>();
        for (Optional<Path> file : List.of(config.certFile(), config.keyFile(), config.caCertFile())) {
            file.ifPresent(path -> states.add(FileState.of(path)));
        }
        return states;
    }
}
