package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.Content;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Envelope;
import io.millrace.server.security.AuthenticatedUser;
import io.millrace.server.vhost.ReplyQueues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks at the properties of a publish that mean something to the broker: the address for direct replies, the time to
 * live, the headers with further routing keys, the user. Called only for messages that have one of them, which their
 * flags tell; all others pass as octets.
 */
final class PropertyInspection {
    /** What there is to look at. */
    static final int FLAGS = BasicProperties.HEADERS_FLAG
            | BasicProperties.REPLY_TO_FLAG
            | BasicProperties.EXPIRATION_FLAG
            | BasicProperties.USER_ID_FLAG;

    private static final String CC = "CC";
    private static final String BCC = "BCC";
    private static final byte[] CC_OCTETS = CC.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BCC_OCTETS = BCC.getBytes(StandardCharsets.US_ASCII);

    private final AuthenticatedUser user;
    private final Supplier<ShortString> replyAddress;

    /**
     * What came of it.
     *
     * @param content as it goes to the queues
     * @param extraKeys further routing keys, or null
     * @param envelope what the broker notes about the message, or null
     */
    record Inspected(Content content, List<ShortString> extraKeys, Envelope envelope) {}

    /**
     * @param user who publishes
     * @param replyAddress the address of the channel's consumer of direct replies; gives null when it has none
     */
    PropertyInspection(AuthenticatedUser user, Supplier<ShortString> replyAddress) {
        this.user = user;
        this.replyAddress = replyAddress;
    }

    /**
     * Checks the properties, and changes those that the broker has a hand in.
     *
     * @return null when the content goes on as it came, by its one routing key
     * @throws ChannelError PRECONDITION_FAILED when one of them is not allowed
     */
    Inspected inspect(Content arrived) {
        Content content = withReplyAddress(arrived);
        content = withPlainExpiration(content);
        Envelope envelope = envelope(content.expiration());
        List<ShortString> extraKeys = null;
        if (content.hasHeader(CC_OCTETS, BCC_OCTETS)) {
            BasicProperties properties = content.properties();
            List<ShortString> copies = keys(CC, properties.headers());
            List<ShortString> blindCopies = keys(BCC, properties.headers());
            extraKeys = new ArrayList<>(copies);
            extraKeys.addAll(blindCopies);
            content = withoutBcc(content, properties);
            if (!blindCopies.isEmpty()) {
                envelope = (envelope == null ? Envelope.EMPTY : envelope).withHiddenKeys(blindCopies);
            }
        }
        checkUser(content.userId());
        return same(content, arrived) && extraKeys == null && envelope == null
                ? null
                : new Inspected(content, extraKeys, envelope);
    }

    @SuppressWarnings("ReferenceEquality") // content has no other equality
    private static boolean same(Content content, Content arrived) {
        return content == arrived;
    }

    private Content withReplyAddress(Content content) {
        if (!ReplyQueues.PSEUDO_QUEUE.equals(content.replyTo())) {
            return content;
        }
        ShortString address = replyAddress.get();
        if (address == null) {
            throw refused("fast reply consumer does not exist");
        }
        return content.withProperties(
                content.properties().toBuilder().replyTo(address).build());
    }

    private static Content withPlainExpiration(Content content) {
        ShortString expiration = content.expiration();
        if (expiration == null) {
            return content;
        }
        ShortString plain = Expiration.plain(expiration);
        return plain.equals(expiration)
                ? content
                : content.withProperties(
                        content.properties().toBuilder().expiration(plain).build());
    }

    /** @param expiration plain, or null */
    private static Envelope envelope(ShortString expiration) {
        return expiration == null ? null : Envelope.EMPTY.withTtl(Long.parseLong(expiration.toString()));
    }

    /** The routing keys in a header; what is no text in it is passed over. */
    private static List<ShortString> keys(String header, FieldTable headers) {
        FieldValue value = headers.get(header);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof FieldValue.Array array)) {
            throw refused("invalid message: {unacceptable_type_in_header,\"" + header + "\"," + value.typeName() + "}");
        }
        List<ShortString> keys = new ArrayList<>();
        for (FieldValue element : array.values()) {
            // A longer one is no routing key that anything could be bound with.
            if (element instanceof FieldValue.Text text && text.value().bytes().length <= ShortString.LENGTH_MAX) {
                keys.add(ShortString.of(text.value().bytes()));
            }
        }
        return keys;
    }

    /** Nobody who gets the message shall see who else does. */
    private static Content withoutBcc(Content content, BasicProperties properties) {
        Map<String, FieldValue> headers = properties.headers().asMap();
        if (!headers.containsKey(BCC)) {
            return content;
        }
        FieldTable.Builder others = FieldTable.builder();
        headers.forEach((key, value) -> {
            if (!key.equals(BCC)) {
                others.put(key, value);
            }
        });
        return content.withProperties(
                properties.toBuilder().headers(others.build()).build());
    }

    private void checkUser(ShortString claimed) {
        if (claimed != null && !claimed.toString().equals(user.name()) && !user.mayImpersonate()) {
            throw refused("user_id property set to '" + claimed + "' but authenticated user was '" + user.name() + "'");
        }
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }
}
