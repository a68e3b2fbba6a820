package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTypesTest {

    @Test
    void everyTypeIsCreatedByItsName() {
        assertEquals(
                Set.of(
                        "direct",
                        "fanout",
                        "topic",
                        "headers",
                        "x-consistent-hash",
                        "x-modulus-hash",
                        "x-random",
                        "x-local-random",
                        "x-recent-history",
                        "x-delayed-message",
                        "x-message-deduplication"),
                ExchangeTypes.names());
        for (String type : ExchangeTypes.names()) {
            ExchangeTypes.validate(type);
            FieldTable arguments = FieldTable.of(Map.of("x-delayed-type", "direct", "x-cache-size", 10));
            assertEquals(
                    type,
                    ExchangeTypes.create(type, new ExchangeDeclaration(Fixture.key("x"), true, false, false, arguments))
                            .type());
        }
    }

    @Test
    void declarationIsKept() {
        FieldTable arguments = Fixture.alternate("spare");
        Exchange exchange =
                ExchangeTypes.create("topic", new ExchangeDeclaration(Fixture.key("x"), false, true, true, arguments));

        assertEquals(Fixture.key("x"), exchange.name());
        assertFalse(exchange.durable());
        assertTrue(exchange.autoDelete());
        assertTrue(exchange.internal());
        assertEquals(arguments, exchange.arguments());
        assertFalse(exchange.isDefault());
        assertTrue(DirectExchange.defaultExchange().isDefault());
        assertEquals("topic exchange 'x'", exchange.toString());
    }

    @Test
    void noAlternateExchangeHasAnEmptyName() {
        ExchangeDeclaration declaration =
                new ExchangeDeclaration(Fixture.key("x"), false, false, false, Fixture.alternate(""));
        assertNull(ExchangeTypes.create("direct", declaration).alternateExchange());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DIRECT", "nonsense"})
    void unknownTypesAreRefused(String type) {
        assertRefused(type, "PRECONDITION_FAILED - unknown exchange type '" + type + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "x-jms-topic", "undefined", "true"})
    void wordsThatAreNoTypeAreInvalid(String type) {
        assertRefused(type, "PRECONDITION_FAILED - invalid exchange type '" + type + "'");
    }

    private static void assertRefused(String type, String text) {
        ChannelError error = assertThrows(ChannelError.class, () -> ExchangeTypes.validate(type));
        assertEquals(text, error.replyText());
        assertThrows(ChannelError.class, () -> ExchangeTypes.create(type, Fixture.declaration("x")));
    }
}
