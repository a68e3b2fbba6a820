package io.millrace.server.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What goes over the control socket.
 *
 * <pre>
 * client:  count:int  (length:int utf-8)*            the arguments
 * server:  kind:byte  length:int  octets             any number, the last is EXIT
 * client:  ok:byte    length:int  octets             after READ: the file, or why not; after WRITE: why not
 * </pre>
 */
final class Wire {
    /** Octets for standard output. */
    static final byte OUT = 'o';
    /** Octets for standard error. */
    static final byte ERR = 'e';
    /** The path of a file that the server wants to have; {@code -} is standard input. */
    static final byte READ = 'r';
    /** The path of a file to write; another frame of this kind with the contents follows. */
    static final byte WRITE = 'w';
    /** The exit code, in one octet. */
    static final byte EXIT = 'x';

    /** The socket, below the data directory. The folder keeps others out from the first moment. */
    static final String FOLDER = "control";

    static final String SOCKET = "rabbitmqctl.sock";

    private static final int OCTETS_MAX = 512 << 20;

    private Wire() {}

    static void write(DataOutputStream out, byte[] octets) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }

    static void write(DataOutputStream out, int kind, byte[] octets) throws IOException {
        out.writeByte(kind);
        write(out, octets);
    }

    static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > OCTETS_MAX) {
            throw new IOException("length: " + length + " (expected: <= " + OCTETS_MAX + ")");
        }
        byte[] octets = new byte[length];
        in.readFully(octets);
        return octets;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }
}
