package io.millrace.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Prints octets as RabbitMQ does in its error texts: as {@code <<"text">>} when all of them are printable, else as
 * {@code <<1,2,3>>}. Tests of clients compare these texts.
 */
public final class ErlangBinary {
    private static final String ESCAPED = "\n\r\t\u000B\b\f\u001B\"\\";
    private static final String ESCAPES = "nrtvbfe\"\\";

    private ErlangBinary() {}

    static String print(ByteBuf in, int offset, int length) {
        byte[] octets = new byte[length];
        in.getBytes(offset, octets);
        String latin1 = new String(octets, StandardCharsets.ISO_8859_1);
        String utf8 = decodeUtf8(octets);
        if (length == 0) {
            return "<<>>";
        } else if (utf8 != null && isPrintable(utf8)) {
            return utf8.length() == length ? "<<" + quote(utf8) + ">>" : "<<" + quote(utf8) + "/utf8>>";
        } else if (utf8 == null && isPrintable(latin1)) {
            return "<<" + quote(latin1) + ">>";
        }
        return decimal(octets);
    }

    private static String decodeUtf8(byte[] octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> (c >= ' ' && c <= '~') || (c >= 160 && c <= 255) || isEscaped(c));
    }

    /** Whether a string shows this control character or quote by a backslash and a letter. */
    public static boolean isEscaped(int character) {
        return ESCAPED.indexOf(character) >= 0;
    }

    /** The text in quotes, with its control characters escaped. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = ESCAPED.indexOf(c);
            quoted.append(escape < 0 ? "" : "\\").append(escape < 0 ? c : ESCAPES.charAt(escape));
        }
        return quoted.append('"').toString();
    }

    private static String decimal(byte[] octets) {
        StringBuilder text = new StringBuilder("<<");
        for (int i = 0; i < octets.length; i++) {
            text.append(i == 0 ? "" : ",").append(octets[i] & 0xFF);
        }
        return text.append(">>").toString();
    }
}
