package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.ShortString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AmqpExceptionTest {
    @Test
    void replyTextIsNameAndExplanation() {
        assertEquals("NOT_FOUND - no queue 'q'", new ChannelError(ReplyCode.NOT_FOUND, "no queue 'q'").replyText());
        assertEquals("INTERNAL_ERROR", new ConnectionError(ReplyCode.INTERNAL_ERROR, null).replyText());
        assertEquals("INTERNAL_ERROR", new ConnectionError(ReplyCode.INTERNAL_ERROR, "").replyText());
    }

    @Test
    void longTextsAreCutTo255Octets() {
        String name = "NOT_FOUND - ";
        String fits = "x".repeat(255 - name.length());
        assertEquals(name + fits, new ChannelError(ReplyCode.NOT_FOUND, fits).replyText());
        String cut = new ChannelError(ReplyCode.NOT_FOUND, fits + "y").replyText();
        assertEquals(name + "x".repeat(252 - name.length()) + "...", cut);
    }

    @Test
    void noCharacterIsCutInTwo() {
        for (int before = 0; before < 4; before++) {
            String text = new ChannelError(ReplyCode.NOT_FOUND, "x".repeat(before) + "😀".repeat(100)).replyText();
            int octets = text.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(octets <= 255 && octets > 251, text);
            assertTrue(text.endsWith("😀..."), text);
            ShortString.of(text);
        }
    }

    @Test
    void theFirstMethodNamedStays() {
        ChannelError error = new ChannelError(ReplyCode.NOT_FOUND, "x".repeat(300));
        ChannelError named = error.withMethod(50, 10);
        assertEquals(50, named.classId());
        assertEquals(10, named.methodId());
        assertEquals(error.replyText(), named.replyText());
        assertSame(named, named.withMethod(60, 40));
        assertInstanceOf(ConnectionError.class, new ConnectionError(ReplyCode.NOT_ALLOWED, "x").withMethod(60, 20));
    }

    @Test
    void noStackIsWalked() {
        assertEquals(0, new ConnectionError(ReplyCode.FRAME_ERROR, "x").getStackTrace().length);
    }

    @Test
    void hardCodesAreThoseThatCloseTheConnection() {
        StringBuilder soft = new StringBuilder();
        for (ReplyCode code : ReplyCode.values()) {
            soft.append(code.isHard() ? "" : code.code() + " ");
        }
        assertEquals("200 311 312 313 403 404 405 406 ", soft.toString());
    }
}
