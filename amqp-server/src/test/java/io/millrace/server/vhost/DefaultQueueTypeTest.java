package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DefaultQueueTypeTest {
    private static final Requester REQUESTER = () -> null;

    private static QueueDeclaration declaration(boolean durable, Requester owner, boolean autoDelete, String type) {
        FieldTable arguments = type == null
                ? FieldTable.EMPTY
                : FieldTable.builder()
                        .put(QueueType.ARGUMENT, new FieldValue.Text(LongString.of(type)))
                        .build();
        return new QueueDeclaration(ShortString.of("q"), false, durable, owner, autoDelete, arguments, REQUESTER);
    }

    @Test
    void aDurableQueueOfNoTypeIsOfTheDefaultOne() {
        QueueDeclaration typed = declaration(true, null, false, null).withDefaultType(QueueType.QUORUM);
        assertEquals(QueueType.QUORUM, QueueType.of(typed.arguments()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "undefined"})
    void aTypeThatSaysNothingIsTheDefaultOne(String unsaid) {
        QueueDeclaration typed = declaration(true, null, false, unsaid).withDefaultType(QueueType.STREAM);
        assertEquals(QueueType.STREAM, QueueType.of(typed.arguments()));
    }

    @Test
    void whatNamesItsTypeOrDoesNotLastKeepsItsArguments() {
        for (QueueDeclaration declaration : new QueueDeclaration[] {
            declaration(true, null, false, "classic"),
            declaration(false, null, false, null),
            declaration(true, REQUESTER, false, null),
            declaration(true, null, true, null)
        }) {
            assertSame(declaration, declaration.withDefaultType(QueueType.QUORUM));
        }
    }

    @Test
    void aSettingMayNameNoType() {
        assertEquals(QueueType.QUORUM, QueueType.ofDefault("quorum"));
        assertNull(QueueType.ofDefault(""));
        assertNull(QueueType.ofDefault("undefined"));
        assertNull(QueueType.ofDefault("of another broker"));
    }
}
