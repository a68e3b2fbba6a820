package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Envelope;
import io.millrace.server.security.AuthenticatedUser;
import io.millrace.server.vhost.ReplyQueues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PropertyInspectionTest {
    private static final byte[] BODY = "body".getBytes(StandardCharsets.US_ASCII);
    private static final AuthenticatedUser GUEST = new AuthenticatedUser("guest", Set.of());

    private ShortString replyAddress;
    private final PropertyInspection inspection = new PropertyInspection(GUEST, () -> replyAddress);

    @Test
    void messagesWithoutThesePropertiesAreNotLookedAt() {
        BasicProperties others = BasicProperties.builder()
                .contentType(ShortString.of("text/plain"))
                .deliveryMode(2)
                .priority(3)
                .correlationId(ShortString.of("1"))
                .messageId(ShortString.of("2"))
                .timestamp(3L)
                .type(ShortString.of("t"))
                .appId(ShortString.of("a"))
                .build();
        assertFalse(content(others).hasAny(PropertyInspection.FLAGS));
    }

    @Test
    void otherHeadersLeaveTheContentAsItCame() {
        assertNull(inspection.inspect(withHeaders(Map.of("cc", List.of("q"), "x", 1))));
    }

    @Test
    void copiesGoByTheKeysOfBothHeaders() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("BCC", List.of("secret"));
        headers.put("CC", Arrays.asList("one", 2, null, "two"));
        PropertyInspection.Inspected inspected = inspection.inspect(withHeaders(headers));
        assertEquals(
                List.of(ShortString.of("one"), ShortString.of("two"), ShortString.of("secret")), inspected.extraKeys());
    }

    @Test
    void blindCopiesAreTakenOutAndNothingElse() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("z", 1);
        headers.put("BCC", List.of("secret"));
        headers.put("CC", List.of("open"));
        headers.put("a", "x");
        Content content = inspection.inspect(withHeaders(headers)).content();
        headers.remove("BCC");
        assertEquals(FieldTable.of(headers), content.properties().headers());
        assertArrayEquals(BODY, content.body());
    }

    @Test
    void aBlindCopyAloneLeavesAnEmptyTable() {
        Content content =
                inspection.inspect(withHeaders(Map.of("BCC", List.of("q")))).content();
        assertEquals(FieldTable.EMPTY, content.properties().headers());
    }

    @Test
    void openCopiesChangeNothingInTheContent() {
        Content arrived = withHeaders(Map.of("CC", List.of("q")));
        assertSame(arrived, inspection.inspect(arrived).content());
    }

    @Test
    void copiesThatAreNoArrayAreRefused() {
        assertRefused(withHeaders(Map.of("CC", "q")), "invalid message: {unacceptable_type_in_header,\"CC\",longstr}");
        assertRefused(
                withHeaders(Map.of("BCC", Map.of())), "invalid message: {unacceptable_type_in_header,\"BCC\",table}");
    }

    @Test
    void keysThatAreTooLongForAnyBindingArePassedOver() {
        Content arrived = withHeaders(Map.of("CC", List.of("k".repeat(256), "k".repeat(255))));
        assertEquals(1, inspection.inspect(arrived).extraKeys().size());
    }

    @Test
    void theAddressOfRepliesIsPutIn() {
        replyAddress = ShortString.of("amq.rabbitmq.reply-to.token");
        BasicProperties properties = BasicProperties.builder()
                .correlationId(ShortString.of("7"))
                .replyTo(ReplyQueues.PSEUDO_QUEUE)
                .build();
        Content content = inspection.inspect(content(properties)).content();
        assertEquals(properties.toBuilder().replyTo(replyAddress).build(), content.properties());
    }

    @Test
    void directRepliesNeedAConsumer() {
        BasicProperties properties =
                BasicProperties.builder().replyTo(ReplyQueues.PSEUDO_QUEUE).build();
        assertRefused(content(properties), "fast reply consumer does not exist");
    }

    @Test
    void otherAddressesArePublishersOwn() {
        assertNull(inspection.inspect(content(
                BasicProperties.builder().replyTo(ShortString.of("mine")).build())));
    }

    @Test
    void expirationsAreCheckedAndMadePlain() {
        Content plain = expiring("60000");
        assertSame(plain, inspection.inspect(plain).content());
        assertEquals(
                "60000",
                inspection.inspect(expiring("+60000")).content().expiration().toString());
        assertRefused(expiring("soon"), "invalid expiration 'soon': no_integer");
    }

    @Test
    void whatTheBrokerMustKnowLaterIsNoted() {
        assertEquals(
                Envelope.EMPTY.withTtl(40), inspection.inspect(expiring("40")).envelope());
        assertEquals(
                Envelope.EMPTY.withHiddenKeys(List.of(ShortString.of("secret"))),
                inspection
                        .inspect(withHeaders(Map.of("BCC", List.of("secret"), "CC", List.of("open"))))
                        .envelope());
        assertNull(
                inspection.inspect(withHeaders(Map.of("CC", List.of("open")))).envelope());
    }

    @Test
    void usersPublishInTheirOwnName() {
        assertNull(inspection.inspect(from("guest")));
        assertRefused(from("root"), "user_id property set to 'root' but authenticated user was 'guest'");
        assertRefused(from(""), "user_id property set to '' but authenticated user was 'guest'");
    }

    @Test
    void impersonatorsPublishInAnyName() {
        AuthenticatedUser impersonator = new AuthenticatedUser("gateway", Set.of("impersonator"));
        assertTrue(impersonator.mayImpersonate());
        assertNull(new PropertyInspection(impersonator, () -> null).inspect(from("root")));
    }

    @Test
    void theFirstOfSeveralMistakesIsNamed() {
        BasicProperties all = BasicProperties.builder()
                .headers(FieldTable.of(Map.of("CC", 1)))
                .expiration(ShortString.of("x"))
                .userId(ShortString.of("root"))
                .build();
        assertRefused(content(all), "invalid expiration 'x': no_integer");
        assertRefused(
                content(all.toBuilder().expiration(null).build()),
                "invalid message: {unacceptable_type_in_header,\"CC\",signedint}");
    }

    private static Content content(BasicProperties properties) {
        byte[] list = properties.encode();
        byte[] all = Arrays.copyOf(list, list.length + BODY.length);
        System.arraycopy(BODY, 0, all, list.length, BODY.length);
        return Content.of(all, list.length);
    }

    private static Content withHeaders(Map<String, ?> headers) {
        return content(BasicProperties.builder().headers(FieldTable.of(headers)).build());
    }

    private static Content expiring(String expiration) {
        return content(
                BasicProperties.builder().expiration(ShortString.of(expiration)).build());
    }

    private static Content from(String user) {
        return content(BasicProperties.builder().userId(ShortString.of(user)).build());
    }

    private void assertRefused(Content content, String text) {
        ChannelError error = assertThrows(ChannelError.class, () -> inspection.inspect(content));
        assertEquals("PRECONDITION_FAILED - " + text, error.replyText());
    }
}
