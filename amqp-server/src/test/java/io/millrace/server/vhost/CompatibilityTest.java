package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.definitions.VhostDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {
    @ParameterizedTest
    @CsvSource({
        "'', RABBITMQ_4",
        "production, RABBITMQ_4",
        "rabbitmq-3, RABBITMQ_3",
        "'production,rabbitmq-3', RABBITMQ_3",
        "'production, rabbitmq-3', RABBITMQ_3",
        "rabbitmq-30, RABBITMQ_4",
        "rabbitmq-4, RABBITMQ_4"
    })
    void aTagOfAVirtualHostChooses(String tags, Compatibility expected) {
        assertEquals(expected, Compatibility.of(tagged(tags), Compatibility.RABBITMQ_4));
    }

    @Test
    void withoutSuchATagTheBrokerChooses() {
        assertEquals(Compatibility.RABBITMQ_3, Compatibility.of(tagged("other"), Compatibility.RABBITMQ_3));
        assertEquals(Compatibility.RABBITMQ_4, Compatibility.of(tagged("rabbitmq-4"), Compatibility.RABBITMQ_3));
    }

    @Test
    void messagesOfRabbitMqThreeMayBeLarger() {
        assertEquals(134_217_728, Compatibility.withRabbitMq(3).messageSizeMax());
        assertEquals(16_777_216, Compatibility.withRabbitMq(4).messageSizeMax());
        assertThrows(IllegalArgumentException.class, () -> Compatibility.withRabbitMq(5));
    }

    private static VhostDefinition tagged(String tags) {
        return new VhostDefinition("v", "", tags, "", VhostDefinition.UNLIMITED, VhostDefinition.UNLIMITED);
    }
}
