package io.millrace.codec.value;

import io.millrace.codec.ConnectionError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The fourteen properties of a message, decoded. A property that is absent is null, which is something else than an
 * empty one. The broker makes this object only for messages it must look into; all others pass as octets.
 *
 * @param contentType the MIME type of the body
 * @param contentEncoding the encoding of the body, such as {@code gzip}
 * @param headers the application's own fields, and the broker's {@code x-} ones
 * @param deliveryMode 2 is persistent, everything else transient
 * @param priority 0 to 255
 * @param correlationId what a reply replies to
 * @param replyTo the queue for replies
 * @param expiration the time to live in milliseconds, as decimal text
 * @param messageId the application's name for the message
 * @param timestamp seconds since 1970
 * @param type the application's kind of message
 * @param userId the publishing user, checked by the broker
 * @param appId the publishing application
 * @param clusterId deprecated, carried along
 */
public record BasicProperties(
        ShortString contentType,
        ShortString contentEncoding,
        FieldTable headers,
        Integer deliveryMode,
        Integer priority,
        ShortString correlationId,
        ShortString replyTo,
        ShortString expiration,
        ShortString messageId,
        Long timestamp,
        ShortString type,
        ShortString userId,
        ShortString appId,
        ShortString clusterId) {
    /** The flag that announces headers, as the other flags for {@link #hasAny}. */
    public static final int HEADERS_FLAG = 1 << PropertyList.HEADERS;

    public static final int PRIORITY_FLAG = 1 << PropertyList.PRIORITY;

    public static final int REPLY_TO_FLAG = 1 << PropertyList.REPLY_TO;

    public static final int EXPIRATION_FLAG = 1 << PropertyList.EXPIRATION;

    public static final int USER_ID_FLAG = 1 << PropertyList.USER_ID;

    /** No properties at all. */
    public static final BasicProperties NONE = new Builder().build();

    /** Checks that the two octets are in their range. */
    public BasicProperties {
        if (deliveryMode != null) {
            Range.check("deliveryMode", deliveryMode, 255);
        }
        if (priority != null) {
            Range.check("priority", priority, 255);
        }
    }

    /**
     * Checks a property list as it arrives: flags, lengths and the header table must fit exactly. Makes no object.
     *
     * @throws ConnectionError {@code INTERNAL_ERROR} without an explanation, as RabbitMQ's, if they do not;
     *     {@code SYNTAX_ERROR} if headers are nested too deep
     */
    public static void validate(ByteBuf in, int offset, int length) {
        PropertyList.validate(in, offset, length);
    }

    /** The delivery mode in a valid property list, 0 when absent. Makes no object. */
    public static int deliveryMode(byte[] list) {
        return PropertyList.octet(list, PropertyList.DELIVERY_MODE);
    }

    /** The priority in a valid property list, 0 when absent. Makes no object. */
    public static int priority(byte[] list) {
        return PropertyList.octet(list, PropertyList.PRIORITY);
    }

    /** Whether a property list has any of the properties whose flags are given. Looks at nothing but the flags. */
    public static boolean hasAny(byte[] list, int flags) {
        return (BigEndian.getShort(list, 0) & flags) != 0;
    }

    /** Whether the headers in a valid property list have any of these keys. Makes no object. */
    public static boolean hasHeader(byte[] list, byte[]... keys) {
        return PropertyList.hasHeader(list, keys);
    }

    /** The address for replies in a valid property list, null when absent. Decodes nothing else. */
    public static ShortString replyTo(byte[] list) {
        return PropertyList.shortString(list, PropertyList.REPLY_TO);
    }

    /** The time to live in a valid property list, null when absent. Decodes nothing else. */
    public static ShortString expiration(byte[] list) {
        return PropertyList.shortString(list, PropertyList.EXPIRATION);
    }

    /** The publishing user in a valid property list, null when absent. Decodes nothing else. */
    public static ShortString userId(byte[] list) {
        return PropertyList.shortString(list, PropertyList.USER_ID);
    }

    /**
     * Decodes a property list: two octets of flags and what they announce.
     *
     * @throws ConnectionError as {@link #validate}
     */
    public static BasicProperties read(byte[] octets, int offset, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        PropertyList.validate(in, offset, length);
        PropertyReader list = new PropertyReader(in, offset);
        return new BasicProperties(
                list.shortString(PropertyList.CONTENT_TYPE),
                list.shortString(PropertyList.CONTENT_ENCODING),
                list.table(PropertyList.HEADERS),
                list.octet(PropertyList.DELIVERY_MODE),
                list.octet(PropertyList.PRIORITY),
                list.shortString(PropertyList.CORRELATION_ID),
                list.shortString(PropertyList.REPLY_TO),
                list.shortString(PropertyList.EXPIRATION),
                list.shortString(PropertyList.MESSAGE_ID),
                list.timestamp(PropertyList.TIMESTAMP),
                list.shortString(PropertyList.TYPE),
                list.shortString(PropertyList.USER_ID),
                list.shortString(PropertyList.APP_ID),
                list.shortString(PropertyList.CLUSTER_ID));
    }

    /** The property list of these properties. */
    public byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        PropertyWriter list = new PropertyWriter(out);
        list.shortString(PropertyList.CONTENT_TYPE, contentType);
        list.shortString(PropertyList.CONTENT_ENCODING, contentEncoding);
        list.table(PropertyList.HEADERS, headers);
        list.octet(PropertyList.DELIVERY_MODE, deliveryMode);
        list.octet(PropertyList.PRIORITY, priority);
        list.shortString(PropertyList.CORRELATION_ID, correlationId);
        list.shortString(PropertyList.REPLY_TO, replyTo);
        list.shortString(PropertyList.EXPIRATION, expiration);
        list.shortString(PropertyList.MESSAGE_ID, messageId);
        list.timestamp(PropertyList.TIMESTAMP, timestamp);
        list.shortString(PropertyList.TYPE, type);
        list.shortString(PropertyList.USER_ID, userId);
        list.shortString(PropertyList.APP_ID, appId);
        list.shortString(PropertyList.CLUSTER_ID, clusterId);
        list.finish();
        return ByteBufUtil.getBytes(out);
    }

    /** A builder of no properties. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these properties. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.contentType = contentType;
        builder.contentEncoding = contentEncoding;
        builder.headers = headers;
        builder.deliveryMode = deliveryMode;
        builder.priority = priority;
        builder.correlationId = correlationId;
        builder.replyTo = replyTo;
        builder.expiration = expiration;
        builder.messageId = messageId;
        builder.timestamp = timestamp;
        builder.type = type;
        builder.userId = userId;
        builder.appId = appId;
        builder.clusterId = clusterId;
        return builder;
    }

    /** Gathers properties. Every method takes null for "absent" and returns the builder. */
    public static final class Builder {
        private ShortString contentType;
        private ShortString contentEncoding;
        private FieldTable headers;
        private Integer deliveryMode;
        private Integer priority;
        private ShortString correlationId;
        private ShortString replyTo;
        private ShortString expiration;
        private ShortString messageId;
        private Long timestamp;
        private ShortString type;
        private ShortString userId;
        private ShortString appId;
        private ShortString clusterId;

        private Builder() {}

        /** Sets the content type. */
        public Builder contentType(ShortString value) {
            contentType = value;
            return this;
        }

        /** Sets the content encoding. */
        public Builder contentEncoding(ShortString value) {
            contentEncoding = value;
            return this;
        }

        /** Sets the headers. */
        public Builder headers(FieldTable value) {
            headers = value;
            return this;
        }

        /** Sets the delivery mode. */
        public Builder deliveryMode(Integer value) {
            deliveryMode = value;
            return this;
        }

        /** Sets the priority. */
        public Builder priority(Integer value) {
            priority = value;
            return this;
        }

        /** Sets the correlation id. */
        public Builder correlationId(ShortString value) {
            correlationId = value;
            return this;
        }

        /** Sets the address for replies. */
        public Builder replyTo(ShortString value) {
            replyTo = value;
            return this;
        }

        /** Sets the time to live. */
        public Builder expiration(ShortString value) {
            expiration = value;
            return this;
        }

        /** Sets the message id. */
        public Builder messageId(ShortString value) {
            messageId = value;
            return this;
        }

        /** Sets the time, in seconds since 1970. */
        public Builder timestamp(Long value) {
            timestamp = value;
            return this;
        }

        /** Sets the type. */
        public Builder type(ShortString value) {
            type = value;
            return this;
        }

        /** Sets the user id. */
        public Builder userId(ShortString value) {
            userId = value;
            return this;
        }

        /** Sets the application id. */
        public Builder appId(ShortString value) {
            appId = value;
            return this;
        }

        /** Sets the cluster id. */
        public Builder clusterId(ShortString value) {
            clusterId = value;
            return this;
        }

        /** The properties gathered so far. */
        public BasicProperties build() {
            return new BasicProperties(
                    contentType,
                    contentEncoding,
                    headers,
                    deliveryMode,
                    priority,
                    correlationId,
                    replyTo,
                    expiration,
                    messageId,
                    timestamp,
                    type,
                    userId,
                    appId,
                    clusterId);
        }
    }
}
