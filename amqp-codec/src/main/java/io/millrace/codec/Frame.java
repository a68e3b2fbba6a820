package io.millrace.codec;

/**
 * The constants of a frame.
 *
 * <pre>
 *   0      1         3                  7              7 + size
 *   +------+---------+------------------+--------------+------+
 *   | type | channel | size of payload  | payload      | 0xCE |
 *   +------+---------+------------------+--------------+------+
 * </pre>
 */
public final class Frame {
    /** Type: class id, method id, arguments. */
    public static final int METHOD = 1;
    /** Type: class id, weight, body size, property list. */
    public static final int HEADER = 2;
    /** Type: a part of a body. */
    public static final int BODY = 3;
    /** Type: no payload, on channel 0. */
    public static final int HEARTBEAT = 8;

    /** The last octet of each frame. */
    public static final int END = 0xCE;

    /** Octets before the payload. */
    public static final int HEAD_OCTETS = 7;
    /** Octets of a frame that are not payload: the head and the end. */
    public static final int OVERHEAD_OCTETS = HEAD_OCTETS + 1;
    /** Octets of a content header before the property list: class id, weight, body size. */
    public static final int CONTENT_HEADER_OCTETS = 12;
    /** Octets of class and method id. */
    public static final int METHOD_IDS_OCTETS = 4;
    /** Octets of the protocol header that opens a connection, which is no frame. */
    public static final int PROTOCOL_HEADER_OCTETS = 8;

    private Frame() {}
}
