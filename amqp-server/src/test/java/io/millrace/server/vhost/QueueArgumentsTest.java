package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.DeadLettering;
import io.millrace.server.queue.LengthLimit;
import io.millrace.server.queue.LengthLimit.Overflow;
import io.millrace.server.queue.Priorities;
import io.millrace.server.queue.QueueKind;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.RetryRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class QueueArgumentsTest {
    private static final String QUEUE = "queue 'q' in vhost '/'";
    private static final Requester CONNECTION = () -> null;

    @Test
    void aTimeoutIsNoFaultOfAQueueWithoutTimeoutsWhereRabbitMq3IsMeant() {
        QueueDeclaration declaration = declaration(Map.of("x-consumer-timeout", 1000));
        assertDoesNotThrow(() -> QueueArguments.check(declaration, QUEUE, Compatibility.RABBITMQ_3));
        assertThrows(ChannelError.class, () -> QueueArguments.check(declaration, QUEUE, Compatibility.RABBITMQ_4));
    }

    @Test
    void integersOfEveryWidthAreIntegers() {
        for (FieldValue value : List.of(
                new FieldValue.Int8((byte) 5),
                new FieldValue.UInt8(5),
                new FieldValue.Int16((short) 5),
                new FieldValue.UInt16(5),
                new FieldValue.Int32(5),
                new FieldValue.UInt32(5),
                new FieldValue.Int64(5))) {
            assertAccepted(Map.of("x-message-ttl", value, "x-max-length", value, "x-max-priority", value));
        }
    }

    @Test
    void whatIsNoIntegerIsRefusedByTheNameOfItsType() {
        assertInvalid(Map.of("x-message-ttl", true), "x-message-ttl", "\"expected integer, got bool\"");
        assertInvalid(Map.of("x-message-ttl", 1.5), "x-message-ttl", "\"expected integer, got double\"");
        assertInvalid(Map.of("x-expires", Map.of()), "x-expires", "\"expected integer, got table\"");
        assertInvalid(Map.of("x-max-length", "5"), "x-max-length", "\"expected integer, got longstr\"");
        assertInvalid(
                Map.of("x-max-length-bytes", List.of(1)), "x-max-length-bytes", "\"expected integer, got array\"");
    }

    @Test
    void numbersHaveTheirRanges() {
        assertAccepted(Map.of("x-message-ttl", 0, "x-max-length", 0, "x-max-length-bytes", 0, "x-max-priority", 0));
        assertAccepted(Map.of("x-message-ttl", 315_360_000_000L, "x-expires", 1, "x-max-priority", 255));
        assertInvalid(Map.of("x-message-ttl", -1), "x-message-ttl", "{value_negative,-1}");
        assertInvalid(Map.of("x-message-ttl", 315_360_000_001L), "x-message-ttl", "{value_too_large,315360000001}");
        assertInvalid(Map.of("x-expires", 0), "x-expires", "{value_zero,0}");
        assertInvalid(Map.of("x-expires", -1), "x-expires", "{value_negative,-1}");
        assertInvalid(Map.of("x-max-priority", 256), "x-max-priority", "{max_value_exceeded,256}");
    }

    @Test
    void wordsAreOneOfThoseThatMeanSomething() {
        assertAccepted(Map.of("x-overflow", "reject-publish-dlx", "x-queue-leader-locator", "random"));
        assertInvalid(Map.of("x-overflow", "drop-tail"), "x-overflow", "invalid_overflow");
        assertInvalid(Map.of("x-overflow", 1), "x-overflow", "{unacceptable_type,signedint}");
        assertInvalid(
                Map.of("x-queue-leader-locator", "nearest"), "x-queue-leader-locator", "invalid_queue_locator_arg");
        assertInvalid(
                Map.of("x-single-active-consumer", "true"), "x-single-active-consumer", "{unacceptable_type,longstr}");
    }

    @Test
    void deadLetterKeysNeedAnExchange() {
        assertAccepted(Map.of("x-dead-letter-exchange", "not there", "x-dead-letter-routing-key", "k"));
        assertInvalid(
                Map.of("x-dead-letter-routing-key", "k"),
                "x-dead-letter-routing-key",
                "routing_key_but_no_dlx_defined");
        assertRefused(
                Map.of("x-dead-letter-exchange", 1),
                "invalid type 'signedint' for arg 'x-dead-letter-exchange' in " + QUEUE);
    }

    @Test
    void typesAreKnownByTheirNames() {
        for (String type : List.of("classic", "quorum", "stream", "", "undefined")) {
            assertAccepted(Map.of("x-queue-type", type));
        }
        assertInvalid(Map.of("x-queue-type", "Quorum"), "x-queue-type", "\"unsupported queue type 'Quorum'\"");
        assertInvalid(Map.of("x-queue-type", 1), "x-queue-type", "{unacceptable_type,signedint}");
    }

    @Test
    void argumentsOfOtherTypesAreRefused() {
        assertRefused(
                Map.of("x-delivery-limit", 3),
                "invalid arg 'x-delivery-limit' for " + QUEUE + " of queue type rabbit_classic_queue");
        assertRefused(
                Map.of("x-queue-type", "quorum", "x-max-priority", 5),
                "invalid arg 'x-max-priority' for " + QUEUE + " of queue type rabbit_quorum_queue");
        assertRefused(
                Map.of("x-queue-type", "stream", "x-message-ttl", 5),
                "invalid arg 'x-message-ttl' for " + QUEUE + " of queue type rabbit_stream_queue");
        assertAccepted(Map.of("x-queue-type", "quorum", "x-delivery-limit", "3"));
        assertAccepted(Map.of("x-queue-type", "stream", "x-max-age", "7D"));
    }

    @Test
    void streamsHaveArgumentsOfTheirOwn() {
        assertInvalid(Map.of("x-queue-type", "stream", "x-max-age", "7d"), "x-max-age", "invalid_max_age");
        assertRefused(
                Map.of("x-queue-type", "stream", "x-stream-max-segment-size-bytes", 3_000_000_001L),
                "Exceeded max value for x-stream-max-segment-size-bytes");
        assertRefused(
                Map.of("x-queue-type", "stream", "x-stream-filter-size-bytes", 15),
                "Invalid value for x-stream-filter-size-bytes");
    }

    @Test
    void quorumQueuesAndStreamsAreDurableSharedAndLasting() {
        FieldTable quorum = FieldTable.of(Map.of("x-queue-type", "quorum"));
        FieldTable stream = FieldTable.of(Map.of("x-queue-type", "stream"));
        assertRefused(declaration("q", false, null, false, quorum), "invalid property 'non-durable' for " + QUEUE);
        assertRefused(
                declaration("q", true, CONNECTION, false, stream), "invalid property 'exclusive-owner' for " + QUEUE);
        assertRefused(declaration("q", true, null, true, stream), "invalid property 'auto-delete' for " + QUEUE);
    }

    @Test
    void whatOldApplicationsSendIsAccepted() {
        assertAccepted(Map.of("x-queue-version", 1, "x-queue-mode", "lazy", "x-queue-master-locator", "min-masters"));
        assertInvalid(Map.of("x-queue-version", 3), "x-queue-version", "\"unsupported queue version '3'\"");
    }

    @Test
    void unknownArgumentsMeanNothing() {
        assertAccepted(Map.of("foo", List.of(1, "two"), "x-nothing", 1));
    }

    @Test
    void theFirstOfSeveralMistakesIsNamed() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("x-delivery-limit", 1);
        arguments.put("x-max-length", -1);
        arguments.put("x-message-ttl", -1);
        assertInvalid(arguments, "x-message-ttl", "{value_negative,-1}");
    }

    @Test
    void aRedeclareComparesWhatTheTypeTakes() {
        Equivalence equivalence = new Equivalence(QUEUE);
        FieldTable quorum = FieldTable.of(Map.of("x-queue-type", "quorum"));
        FieldTable located = FieldTable.of(Map.of("x-queue-type", "quorum", "x-queue-leader-locator", "balanced"));
        ChannelError error = assertThrows(ChannelError.class, () -> equivalence.checkQueueArguments(located, quorum));
        assertEquals(
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-leader-locator' for " + QUEUE
                        + ": received the value 'balanced' of type 'longstr' but current is none",
                error.replyText());
        FieldTable day = FieldTable.of(Map.of("x-queue-type", "stream", "x-max-age", "1D"));
        FieldTable hours = FieldTable.of(Map.of("x-queue-type", "stream", "x-max-age", "24h"));
        assertDoesNotThrow(() -> equivalence.checkQueueArguments(hours, day));
    }

    @Test
    void aRedeclareIsToldOfTheFirstDifferenceOnly() {
        Equivalence equivalence = new Equivalence(QUEUE);
        FieldTable sent =
                FieldTable.of(Map.of("x-queue-type", "quorum", "x-message-ttl", 5, "x-max-length", 1, "x-expires", 9));
        assertNames("x-expires", () -> equivalence.checkQueueArguments(sent, FieldTable.EMPTY));
        assertNames(
                "x-max-length",
                () -> equivalence.checkQueueArguments(
                        sent, FieldTable.of(Map.of("x-queue-type", "quorum", "x-expires", 9))));
        FieldTable type = FieldTable.of(Map.of("x-queue-type", "", "x-queue-leader-locator", "balanced"));
        assertNames("x-queue-type", () -> equivalence.checkQueueArguments(type, FieldTable.EMPTY));
    }

    private static void assertNames(String argument, Executable declare) {
        ChannelError error = assertThrows(ChannelError.class, declare);
        assertTrue(error.replyText().contains("inequivalent arg '" + argument + "'"), error::replyText);
    }

    @Test
    void whatARedeclareSaysIsComparedByItsMeaning() {
        assertDoesNotThrow(() -> new Equivalence(QUEUE)
                .checkQueueArguments(
                        FieldTable.of(Map.of("x-dead-letter-exchange", new byte[] {'a'})),
                        FieldTable.of(Map.of("x-dead-letter-exchange", "a"))));
        assertInequivalent("x-dead-letter-exchange", new byte[] {'b'}, "'b'", "'a'");
        assertInequivalent("x-dead-letter-exchange", FieldTable.EMPTY, "'[]'", "'a'");
        assertInequivalent("x-dead-letter-exchange", List.of(), "'[]'", "'a'");
        assertInequivalent("x-dead-letter-exchange", new FieldValue.Void(), "none", "'a'");
        assertInequivalentType(new FieldValue.Void(), "none");
        assertInequivalentType(5, "'5'");
        assertInequivalentType("quorum", "'quorum'");
        assertInequivalentType("", "''");
    }

    private static void assertInequivalentType(Object received, String shown) {
        assertInequivalent(FieldTable.EMPTY, "x-queue-type", received, shown, "'classic'");
    }

    private static void assertInequivalent(String argument, Object received, String shown, String current) {
        assertInequivalent(FieldTable.of(Map.of("x-dead-letter-exchange", "a")), argument, received, shown, current);
    }

    private static void assertInequivalent(
            FieldTable declared, String argument, Object received, String shown, String current) {
        FieldTable sent = FieldTable.of(Map.of(argument, received));
        ChannelError error =
                assertThrows(ChannelError.class, () -> new Equivalence(QUEUE).checkQueueArguments(sent, declared));
        assertEquals(
                "PRECONDITION_FAILED - inequivalent arg '" + argument + "' for " + QUEUE + ": received " + shown
                        + " but current is " + current,
                error.replyText());
    }

    @Test
    void serverNamedQueuesAreClassic() {
        for (String type : List.of("quorum", "stream")) {
            QueueDeclaration declaration = new QueueDeclaration(
                    ShortString.of("amq.gen-x"),
                    true,
                    true,
                    null,
                    false,
                    FieldTable.of(Map.of("x-queue-type", type)),
                    CONNECTION);
            assertRefused(declaration, "Cannot declare a server-named queue for type rabbit_" + type + "_queue");
        }
    }

    @Test
    void aQueueWithoutSuchArgumentsHasNoRules() {
        assertEquals(QueueRules.PLAIN, QueueArguments.rules(FieldTable.EMPTY));
        assertEquals(QueueRules.PLAIN, QueueArguments.rules(FieldTable.of(Map.of("x-queue-mode", "lazy"))));
        assertEquals(
                QueueRules.PLAIN,
                QueueArguments.rules(FieldTable.of(Map.of("x-single-active-consumer", false, "x-overflow", "x"))));
    }

    @Test
    void rulesAreReadFromTheArguments() {
        assertEquals(
                QueueRules.PLAIN
                        .withSingleActiveConsumer(true)
                        .withLengthLimit(new LengthLimit(5, LengthLimit.NONE, Overflow.DROP_HEAD)),
                QueueArguments.rules(FieldTable.of(Map.of("x-single-active-consumer", true, "x-max-length", 5))));
        assertEquals(
                QueueRules.PLAIN.withLengthLimit(new LengthLimit(LengthLimit.NONE, 7, Overflow.REJECT_PUBLISH)),
                QueueArguments.rules(FieldTable.of(Map.of("x-max-length-bytes", 7L, "x-overflow", "reject-publish"))));
        assertEquals(
                QueueRules.PLAIN,
                QueueArguments.rules(FieldTable.of(Map.of("x-queue-type", "stream", "x-max-length-bytes", 7))));
    }

    @Test
    void aQueueExpiresAfterTheTimeInItsArguments() {
        assertEquals(
                QueueRules.PLAIN.withExpires(1800), QueueArguments.rules(FieldTable.of(Map.of("x-expires", 1800))));
    }

    @Test
    void aMessageMayWaitForTheTimeInTheArguments() {
        assertEquals(
                QueueRules.PLAIN.withMessageTtl(0), QueueArguments.rules(FieldTable.of(Map.of("x-message-ttl", 0))));
    }

    @Test
    void deadLettersGoWhereTheArgumentsSay() {
        assertEquals(
                QueueRules.PLAIN.withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, false)),
                QueueArguments.rules(FieldTable.of(Map.of("x-dead-letter-exchange", "dlx"))));
        assertEquals(
                QueueRules.PLAIN
                        .withDeadLettering(new DeadLettering(ShortString.EMPTY, ShortString.of("dead"), true))
                        .withDeliveryLimit(20),
                QueueArguments.rules(FieldTable.of(Map.of(
                        "x-queue-type",
                        "quorum",
                        "x-dead-letter-exchange",
                        "",
                        "x-dead-letter-routing-key",
                        "dead",
                        "x-dead-letter-strategy",
                        "at-least-once",
                        "x-overflow",
                        "reject-publish"))));
        // A queue that drops messages when it is full promises nothing.
        assertEquals(
                new DeadLettering(ShortString.of("dlx"), null, false),
                QueueArguments.rules(FieldTable.of(Map.of(
                                "x-queue-type",
                                "quorum",
                                "x-dead-letter-exchange",
                                "dlx",
                                "x-dead-letter-strategy",
                                "at-least-once")))
                        .deadLettering());
    }

    private static RetryRules retry(Map<String, ?> arguments) {
        return QueueArguments.rules(FieldTable.of(arguments)).retry();
    }

    @Test
    void whatComesBackWaitsAsTheArgumentsSay() {
        long any = ArgumentCheck.MILLIS_MAX;
        assertEquals(
                new RetryRules(true, false, 5, 100, RetryRules.LINEAR, 0),
                retry(Map.of(
                        "x-queue-type",
                        "quorum",
                        "x-delayed-retry-type",
                        "failed",
                        "x-delayed-retry-min",
                        5,
                        "x-delayed-retry-max",
                        100)));
        assertNull(retry(Map.of("x-queue-type", "quorum", "x-delayed-retry-min", 5)));
        assertNull(retry(Map.of("x-queue-type", "quorum", "x-delayed-retry-type", "all", "x-delayed-retry-min", "5")));
        assertNull(retry(Map.of("x-queue-type", "quorum", "x-delayed-retry-type", 7, "x-delayed-retry-min", 5)));
        assertEquals(
                new RetryRules(true, true, 5, any, 2, 30),
                retry(Map.of("x-delayed-retry-min", 5, "x-delayed-retry-multiplier", 2, "x-delayed-retry-jitter", 30)));
        assertNull(retry(Map.of("x-delayed-retry-type", "disabled", "x-delayed-retry-min", 5)));
        assertEquals(
                new RetryRules(false, true, 5, any, RetryRules.LINEAR, 0),
                retry(Map.of("x-delayed-retry-type", "returned", "x-delayed-retry-min", 5)));
    }

    @Test
    void aClassicQueueLimitsDeliveriesWhereItDelaysSome() {
        assertEquals(20, deliveryLimit(Map.of("x-delayed-retry-min", 5)));
        assertEquals(2, deliveryLimit(Map.of("x-delayed-retry-min", 5, "x-delivery-limit", 2)));
        assertAccepted(Map.of("x-delayed-retry-min", 5, "x-delivery-limit", 2));
        assertRefused(
                Map.of("x-delayed-retry-min", 0),
                "invalid arg 'x-delayed-retry-min' for " + QUEUE + ": {value_zero,0}");
        assertRefused(
                Map.of("x-delayed-retry-min", 1, "x-delayed-retry-type", "some"),
                "invalid arg 'x-delayed-retry-type' for " + QUEUE + ": invalid_delayed_retry_type");
        assertAccepted(Map.of("x-queue-type", "quorum", "x-delayed-retry-min", 0, "x-delayed-retry-type", "some"));
    }

    @Test
    void aDeliveryMayTakeAsLongAsTheArgumentsSay() {
        assertEquals(
                5,
                QueueArguments.rules(FieldTable.of(Map.of("x-queue-type", "quorum", "x-consumer-timeout", 5)))
                        .consumerTimeoutMillis());
        assertEquals(
                QueueRules.UNSET,
                QueueArguments.rules(FieldTable.of(Map.of("x-queue-type", "quorum")))
                        .consumerTimeoutMillis());
    }

    @Test
    void aQuorumQueueLimitsDeliveriesAsTheArgumentsSay() {
        assertEquals(20, deliveryLimit(Map.of("x-queue-type", "quorum")));
        assertEquals(3, deliveryLimit(Map.of("x-queue-type", "quorum", "x-delivery-limit", 3)));
        assertEquals(20, deliveryLimit(Map.of("x-queue-type", "quorum", "x-delivery-limit", "3")));
        assertEquals(
                QueueRules.NO_DELIVERY_LIMIT, deliveryLimit(Map.of("x-queue-type", "quorum", "x-delivery-limit", -1)));
        assertEquals(QueueRules.NO_DELIVERY_LIMIT, deliveryLimit(Map.of("x-max-length", 3)));
    }

    private static long deliveryLimit(Map<String, ?> arguments) {
        return QueueArguments.rules(FieldTable.of(arguments)).deliveryLimit();
    }

    @Test
    void theKindOfAQueueIsReadFromTheArguments() {
        assertEquals(QueueKind.PLAIN, QueueArguments.kind(FieldTable.EMPTY));
        assertEquals(QueueKind.PLAIN, QueueArguments.kind(FieldTable.of(Map.of("x-max-length", 3))));
        assertEquals(
                new QueueKind(new Priorities(7, 0), false),
                QueueArguments.kind(FieldTable.of(Map.of("x-max-priority", 7))));
        assertEquals(
                1,
                QueueArguments.kind(FieldTable.of(Map.of("x-max-priority", 0)))
                        .priorities()
                        .max());
        assertEquals(QueueKind.QUORUM, QueueArguments.kind(FieldTable.of(Map.of("x-queue-type", "quorum"))));
    }

    private static QueueDeclaration declaration(
            String name, boolean durable, Requester owner, boolean autoDelete, FieldTable arguments) {
        return new QueueDeclaration(ShortString.of(name), false, durable, owner, autoDelete, arguments, CONNECTION);
    }

    private static QueueDeclaration declaration(Map<String, ?> arguments) {
        return declaration("q", true, null, false, FieldTable.of(arguments));
    }

    private static void assertAccepted(Map<String, ?> arguments) {
        assertDoesNotThrow(
                () -> QueueArguments.check(declaration(arguments), QUEUE, Compatibility.RABBITMQ_4),
                arguments::toString);
    }

    private static void assertInvalid(Map<String, ?> arguments, String argument, String error) {
        assertRefused(arguments, "invalid arg '" + argument + "' for " + QUEUE + ": " + error);
    }

    private static void assertRefused(Map<String, ?> arguments, String text) {
        assertRefused(declaration(arguments), text);
    }

    private static void assertRefused(QueueDeclaration declaration, String text) {
        ChannelError error = assertThrows(
                ChannelError.class, () -> QueueArguments.check(declaration, QUEUE, Compatibility.RABBITMQ_4));
        assertEquals(ReplyCode.PRECONDITION_FAILED, error.replyCode());
        assertEquals("PRECONDITION_FAILED - " + text, error.replyText());
    }
}
