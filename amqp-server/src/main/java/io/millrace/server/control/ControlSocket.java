package io.millrace.server.control;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket that {@code rabbitmqctl} talks to. Who may open it may do everything, which is who owns the data
 * directory: no password is asked.
 */
public final class ControlSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /** Commands at a time; more wait. */
    private static final int CALLS_MAX = 4;

    private static final int ARGUMENTS_MAX = 1024;
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocketChannel server;
    private final Path path;
    private final Commands commands;
    private final ExecutorService calls = Executors.newFixedThreadPool(CALLS_MAX, task -> {
        Thread thread = new Thread(task, "millrace-control");
        thread.setDaemon(true);
        return thread;
    });

    private ControlSocket(ServerSocketChannel server, Path path, Commands commands) {
        this.server = server;
        this.path = path;
        this.commands = commands;
    }

    /**
     * Opens the socket in the data directory, which the caller has made sure to be its own.
     *
     * @throws IOException the socket cannot be made
     */
    public static ControlSocket open(Path dataDirectory, Node node) throws IOException {
        Path folder = dataDirectory.toAbsolutePath().resolve(Wire.FOLDER);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path path = folder.resolve(Wire.SOCKET);
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try (SocketPath address = SocketPath.of(path)) {
            server.bind(address.address());
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        ControlSocket socket = new ControlSocket(server, path, new Commands(node));
        Thread acceptor = new Thread(socket::accept, "millrace-control-accept");
        // No daemon: it keeps the process up while the broker is stopped.
        acceptor.setDaemon(false);
        acceptor.start();
        return socket;
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel client = server.accept();
                calls.execute(() -> serve(client));
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                LOG.error("The control socket failed; rabbitmqctl no longer works: {}", e.toString());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(client), BUFFER_BYTES));
            List<String> arguments = readArguments(in);
            int code = commands.run(arguments, new Call(in, out));
            Wire.write(out, Wire.EXIT, new byte[] {(byte) code});
            out.flush();
        } catch (IOException e) {
            LOG.debug("A call of rabbitmqctl ended early: {}", e.toString());
        } catch (RuntimeException | Error e) {
            LOG.error("A command of rabbitmqctl failed", e);
        }
    }

    private static List<String> readArguments(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > ARGUMENTS_MAX) {
            throw new IOException("arguments: " + count + " (expected: <= " + ARGUMENTS_MAX + ")");
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(Wire.text(Wire.read(in)));
        }
        return arguments;
    }

    @Override
    public void close() throws IOException {
        server.close();
        calls.shutdownNow();
        Files.deleteIfExists(path);
    }
}
