package io.millrace.server.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The address of a UNIX-domain socket, however long its path is. The kernel takes about a hundred octets (108 on Linux,
 * 104 elsewhere, the end included); a socket further down is bound and reached through a link in the temporary
 * directory, which is needed for that moment only.
 */
final class SocketPath implements AutoCloseable {
    private static final int OCTETS_MAX = 100;

    private final Path path;
    private final Path link; // null: the path is short enough

    private SocketPath(Path path, Path link) {
        this.path = path;
        this.link = link;
    }

    /**
     * The address of this path, valid until it is closed.
     *
     * @throws IOException no link can be made
     */
    static SocketPath of(Path path) throws IOException {
        if (Wire.utf8(path.toString()).length <= OCTETS_MAX) {
            return new SocketPath(path, null);
        }
        // In a directory of its own, which nobody else may write to.
        Path link = Files.createTempDirectory("mr").resolve("d");
        Files.createSymbolicLink(link, path.toAbsolutePath().getParent());
        return new SocketPath(link.resolve(path.getFileName()), link);
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    @Override
    public void close() throws IOException {
        if (link != null) {
            Files.delete(link);
            Files.delete(link.getParent());
        }
    }
}
