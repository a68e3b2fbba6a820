package io.millrace.server.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The client of the control socket: gives its arguments to the broker and prints what comes back. It loads next to
 * nothing, because people run it in loops and as a health check.
 *
 * <p>The first argument is the data directory.
 */
public final class Rabbitmqctl {
    private static final int UNAVAILABLE = 69;

    private Rabbitmqctl() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code;
        try {
            code = run(Path.of(arguments[0]), arguments);
        } catch (IOException e) {
            System.err.println("Error: unable to perform an operation on the broker with data directory '"
                    + arguments[0] + "'. Is it running, and is this its owner? (" + e.getMessage() + ")");
            code = UNAVAILABLE;
        }
        System.exit(code);
    }

    private static int run(Path dataDirectory, String[] arguments) throws IOException {
        Path path = dataDirectory.resolve(Wire.FOLDER).resolve(Wire.SOCKET);
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(path));
            DataInputStream in = new DataInputStream(Channels.newInputStream(socket));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(socket));
            List<byte[]> texts = new ArrayList<>();
            for (int i = 1; i < arguments.length; i++) {
                texts.add(Wire.utf8(arguments[i]));
            }
            out.writeInt(texts.size());
            for (byte[] text : texts) {
                Wire.write(out, text);
            }
            return follow(in, out);
        }
    }

    private static int follow(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            byte kind = in.readByte();
            byte[] octets = Wire.read(in);
            if (kind == Wire.EXIT) {
                System.out.flush();
                return octets[0];
            } else if (kind == Wire.OUT) {
                System.out.write(octets, 0, octets.length);
            } else if (kind == Wire.ERR) {
                System.err.write(octets, 0, octets.length);
            } else if (kind == Wire.READ) {
                sendFile(Wire.text(octets), out);
            } else if (kind == Wire.WRITE) {
                in.readByte();
                writeFile(Wire.text(octets), Wire.read(in), out);
            } else {
                throw new IOException("unknown answer: " + kind);
            }
        }
    }

    private static void sendFile(String path, DataOutputStream out) throws IOException {
        byte[] octets;
        try {
            octets = path.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(path));
        } catch (IOException e) {
            Wire.write(out, 0, Wire.utf8(e.toString()));
            return;
        }
        Wire.write(out, 1, octets);
    }

    private static void writeFile(String path, byte[] octets, DataOutputStream out) throws IOException {
        try {
            Files.write(Path.of(path), octets);
        } catch (IOException e) {
            Wire.write(out, 0, Wire.utf8(e.toString()));
            return;
        }
        Wire.write(out, 1, new byte[0]);
    }
}
