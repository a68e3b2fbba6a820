package io.millrace.interop;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Logs in on a bare socket, for what a well-behaved client library would not do. */
final class RawHandshake {
    private static final int FRAME_END = 0xCE;

    private RawHandshake() {}

    /** Logs in as guest, with this heartbeat in seconds; opens the vhost {@code /} and no channel. */
    static void open(Socket socket, int heartbeat) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
        expectMethod(in, 10, 10);
        send(out, 0, 10, 11, arguments -> {
            arguments.writeInt(0);
            writeShort(arguments, "PLAIN");
            byte[] response = "\0guest\0guest".getBytes(StandardCharsets.UTF_8);
            arguments.writeInt(response.length);
            arguments.write(response);
            writeShort(arguments, "en_US");
        });
        expectMethod(in, 10, 30);
        send(out, 0, 10, 31, arguments -> {
            arguments.writeShort(16);
            arguments.writeInt(131_072);
            arguments.writeShort(heartbeat);
        });
        send(out, 0, 10, 40, arguments -> {
            writeShort(arguments, "/");
            writeShort(arguments, "");
            arguments.writeByte(0);
        });
        expectMethod(in, 10, 41);
    }

    /** Opens channel 1 and consumes from a queue, to acknowledge. Nothing of what comes is read. */
    static void consume(Socket socket, String queue) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        send(out, 1, 20, 10, arguments -> writeShort(arguments, ""));
        expectMethod(in, 20, 11);
        send(out, 1, 60, 20, arguments -> {
            arguments.writeShort(0);
            writeShort(arguments, queue);
            writeShort(arguments, "");
            arguments.writeByte(0);
            arguments.writeInt(0);
        });
        expectMethod(in, 60, 21);
    }

    /** Reads a frame and returns its type, or -1 where the connection ended or was reset. */
    static int frameType(DataInputStream in) throws IOException {
        try {
            int type = in.read();
            if (type >= 0) {
                readRest(in);
            }
            return type;
        } catch (SocketException e) {
            return -1;
        }
    }

    private static void expectMethod(DataInputStream in, int classId, int methodId) throws IOException {
        int type = in.readUnsignedByte();
        byte[] payload = readRest(in);
        int gotClass = ByteBuffer.wrap(payload).getShort(0);
        int gotMethod = ByteBuffer.wrap(payload).getShort(2);
        if (type != 1 || gotClass != classId || gotMethod != methodId) {
            throw new IOException("got frame type " + type + " method " + gotClass + "." + gotMethod + ", expected "
                    + classId + "." + methodId);
        }
    }

    private static byte[] readRest(DataInputStream in) throws IOException {
        in.readUnsignedShort();
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        if (in.readUnsignedByte() != FRAME_END) {
            throw new EOFException("no frame end");
        }
        return payload;
    }

    private static void send(DataOutputStream out, int channel, int classId, int methodId, Arguments arguments)
            throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(payload);
        to.writeShort(classId);
        to.writeShort(methodId);
        arguments.write(to);
        out.writeByte(1);
        out.writeShort(channel);
        out.writeInt(payload.size());
        payload.writeTo(out);
        out.writeByte(FRAME_END);
        out.flush();
    }

    private static void writeShort(DataOutputStream out, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(octets.length);
        out.write(octets);
    }

    private interface Arguments {
        void write(DataOutputStream to) throws IOException;
    }
}
