package io.millrace.server.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The client of the control socket: gives its arguments to the broker and prints what comes back. It loads next to
 * nothing, because people run it in loops and as a health check.
 *
 * <p>The first argument is the data directory.
 */
public final class Rabbitmqctl {
    private static final int UNAVAILABLE = 69;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    /** A client with standard streams of its own. */
    public Rabbitmqctl(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code;
        try {
            List<String> words = List.of(arguments).subList(1, arguments.length);
            code = new Rabbitmqctl(System.in, System.out, System.err).run(Path.of(arguments[0]), words);
        } catch (IOException e) {
            System.err.println("Error: unable to perform an operation on the broker with data directory '"
                    + arguments[0] + "'. Is it running, and is this its owner? (" + e.getMessage() + ")");
            code = UNAVAILABLE;
        }
        System.exit(code);
    }

    /**
     * Runs one command and returns its exit code.
     *
     * @throws IOException no broker of this directory can be talked to
     */
    public int run(Path dataDirectory, List<String> words) throws IOException {
        Path path = dataDirectory.resolve(Wire.FOLDER).resolve(Wire.SOCKET);
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try (SocketPath address = SocketPath.of(path)) {
                socket.connect(address.address());
            }
            DataInputStream answers = new DataInputStream(Channels.newInputStream(socket));
            DataOutputStream requests = new DataOutputStream(Channels.newOutputStream(socket));
            requests.writeInt(words.size());
            for (String word : words) {
                Wire.write(requests, Wire.utf8(word));
            }
            return follow(answers, requests);
        }
    }

    private int follow(DataInputStream answers, DataOutputStream requests) throws IOException {
        while (true) {
            byte kind = answers.readByte();
            byte[] octets = Wire.read(answers);
            if (kind == Wire.EXIT) {
                out.flush();
                return octets[0];
            } else if (kind == Wire.OUT) {
                out.write(octets, 0, octets.length);
            } else if (kind == Wire.ERR) {
                err.write(octets, 0, octets.length);
            } else if (kind == Wire.READ) {
                // What is read may be a person's answer to what was printed.
                out.flush();
                sendFile(Wire.text(octets), requests);
            } else if (kind == Wire.WRITE) {
                answers.readByte();
                writeFile(Wire.text(octets), Wire.read(answers), requests);
            } else {
                throw new IOException("unknown answer: " + kind);
            }
        }
    }

    private void sendFile(String path, DataOutputStream requests) throws IOException {
        byte[] octets;
        try {
            octets = path.equals("-") ? in.readAllBytes() : Files.readAllBytes(Path.of(path));
        } catch (NoSuchFileException e) {
            Wire.write(requests, 0, Wire.utf8("File " + path + " does not exist"));
            return;
        } catch (IOException e) {
            Wire.write(requests, 0, Wire.utf8(e.toString()));
            return;
        }
        Wire.write(requests, 1, octets);
    }

    private static void writeFile(String path, byte[] octets, DataOutputStream requests) throws IOException {
        try {
            Files.write(Path.of(path), octets);
        } catch (NoSuchFileException e) {
            Wire.write(requests, 0, Wire.utf8("Directory " + Path.of(path).getParent() + " does not exist"));
            return;
        } catch (IOException e) {
            Wire.write(requests, 0, Wire.utf8(e.toString()));
            return;
        }
        Wire.write(requests, 1, new byte[0]);
    }
}
