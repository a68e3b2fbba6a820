package io.millrace.server.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One run of the client: its standard output and error, and its files. Of one thread. */
final class Call {
    private final DataInputStream in;
    private final DataOutputStream out;

    Call(DataInputStream in, DataOutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Prints a line. */
    void out(String line) {
        send(Wire.OUT, Wire.utf8(line + "\n"));
    }

    /** Prints octets as they are. */
    void out(byte[] octets) {
        send(Wire.OUT, octets);
    }

    void err(String line) {
        send(Wire.ERR, Wire.utf8(line + "\n"));
    }

    /**
     * Reads a file of the client's.
     *
     * @param path {@code -} for its standard input
     * @throws CommandFailure it cannot be read: the command line is wrong
     */
    byte[] readFile(String path) {
        send(Wire.READ, Wire.utf8(path));
        return answer();
    }

    /**
     * Writes a file on the client's side.
     *
     * @throws CommandFailure it cannot be written: the command line is wrong
     */
    void writeFile(String path, byte[] octets) {
        send(Wire.WRITE, Wire.utf8(path));
        send(Wire.WRITE, octets);
        byte[] unused = answer();
    }

    private byte[] answer() {
        try {
            out.flush();
            boolean ok = in.readByte() == 1;
            byte[] octets = Wire.read(in);
            if (!ok) {
                throw CommandFailure.badArgument(": " + Wire.text(octets));
            }
            return octets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(byte kind, byte[] octets) {
        try {
            Wire.write(out, kind, octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
