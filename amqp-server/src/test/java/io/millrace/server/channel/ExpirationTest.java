package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.ShortString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpirationTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "60000", "4294967296", "315360000000"})
    void plainNumbersUpToTenYearsStayAsTheyAre(String text) {
        ShortString sent = ShortString.of(text);
        assertSame(sent, Expiration.plain(sent));
    }

    @ParameterizedTest
    @CsvSource({"+600000,600000", "00060000,60000", "-0,0", "+0,0", "000,0", "0000000000000000000001,1"})
    void signsAndLeadingZerosGo(String text, String plain) {
        assertEquals(plain, Expiration.plain(ShortString.of(text)).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bad", " 5", "+", "-", "++5", ".5"})
    void whatDoesNotBeginWithANumberIsNone(String text) {
        assertInvalid(text, "no_integer");
    }

    @Test
    void whatFollowsTheNumberIsShownAsErlangShowsStrings() {
        assertInvalid("1.5", "{leftover_string,\".5\"}");
        assertInvalid("0x10", "{leftover_string,\"x10\"}");
        assertInvalid("5\"\\", "{leftover_string,\"\\\"\\\\\"}");
        assertInvalid("5\n", "{leftover_string,\"\\n\"}");
        assertInvalid("5\u0001a", "{leftover_string,[1,97]}");
        assertInvalid("5é", "{leftover_string,\"Ã©\"}");
    }

    @Test
    void numbersOutOfTheRangeAreRefused() {
        assertInvalid("-1", "{value_negative,-1}");
        assertInvalid("315360000001", "{value_too_large,315360000001}");
        assertInvalid("999999999999999999", "{value_too_large,999999999999999999}");
    }

    @Test
    void aLongErrorIsBrokenIntoLinesAsRabbitMqDoes() {
        String number = "9".repeat(20);
        assertInvalid(number, "{value_too_large,\n" + " ".repeat(44) + number + "}");
    }

    private static void assertInvalid(String text, String error) {
        ChannelError refusal = assertThrows(ChannelError.class, () -> Expiration.plain(ShortString.of(text)));
        assertEquals("PRECONDITION_FAILED - invalid expiration '" + text + "': " + error, refusal.replyText());
    }
}
