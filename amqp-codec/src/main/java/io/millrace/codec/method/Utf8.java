package io.millrace.codec.method;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether octets are UTF-8. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return isValidBeyondAscii(octets);
            }
        }
        return true;
    }

    private static boolean isValidBeyondAscii(byte[] octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)); // reports what it cannot decode
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
