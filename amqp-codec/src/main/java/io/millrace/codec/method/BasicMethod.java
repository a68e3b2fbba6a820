package io.millrace.codec.method;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 60, basic: publishing, consuming and acknowledging. */
public sealed interface BasicMethod extends Method {
    /**
     * Client to broker: bounds what consumers may have unacknowledged.
     *
     * @param prefetchSize octets; only 0, no limit, is supported
     * @param prefetchCount messages; 0 is no limit
     * @param global for the channel and not for each consumer
     */
    record Qos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {
        public static final int ID = (60 << 16) | 10;

        static Qos read(ArgumentReader in) {
            return new Qos(in.longInteger(), in.shortInteger(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt((int) prefetchSize);
            out.writeShort(prefetchCount);
            out.writeBoolean(global);
        }
    }

    /** Broker to client: the bound holds for consumers to come. */
    record QosOk() implements BasicMethod {
        public static final int ID = (60 << 16) | 11;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: starts a consumer.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param consumerTag the name of the consumer on its channel; empty lets the broker choose one
     * @param noLocal not to get what this connection published; ignored
     * @param noAck deliveries need no acknowledgement
     * @param exclusive no other consumer beside it
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Consume(
            ShortString queue,
            ShortString consumerTag,
            boolean noLocal,
            boolean noAck,
            boolean exclusive,
            boolean nowait,
            FieldTable arguments)
            implements BasicMethod {
        public static final int ID = (60 << 16) | 20;

        static Consume read(ArgumentReader in) {
            in.reservedShort();
            return new Consume(in.shortString(), in.shortString(), in.bit(), in.bit(), in.bit(), in.bit(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            consumerTag.writeTo(out);
            out.writeByte(Bits.pack(noLocal, noAck, exclusive, nowait));
            arguments.writeTo(out);
        }
    }

    /**
     * Broker to client: the consumer runs.
     *
     * @param consumerTag the name of the consumer on its channel
     */
    record ConsumeOk(ShortString consumerTag) implements BasicMethod {
        public static final int ID = (60 << 16) | 21;

        static ConsumeOk read(ArgumentReader in) {
            return new ConsumeOk(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            consumerTag.writeTo(out);
        }
    }

    /**
     * Both ways: ends a consumer; the broker sends it when a queue goes away.
     *
     * @param consumerTag the name of the consumer on its channel
     * @param nowait no reply is wanted
     */
    record Cancel(ShortString consumerTag, boolean nowait) implements BasicMethod {
        public static final int ID = (60 << 16) | 30;

        static Cancel read(ArgumentReader in) {
            return new Cancel(in.shortString(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            consumerTag.writeTo(out);
            out.writeBoolean(nowait);
        }
    }

    /**
     * Both ways: the consumer has ended.
     *
     * @param consumerTag the name of the consumer on its channel
     */
    record CancelOk(ShortString consumerTag) implements BasicMethod {
        public static final int ID = (60 << 16) | 31;

        static CancelOk read(ArgumentReader in) {
            return new CancelOk(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            consumerTag.writeTo(out);
        }
    }

    /**
     * Client to broker: a message; its content follows.
     *
     * @param exchange its name; empty is the default exchange
     * @param routingKey what the exchange routes by
     * @param mandatory to be returned if no queue takes it
     * @param immediate refused if set
     */
    record Publish(ShortString exchange, ShortString routingKey, boolean mandatory, boolean immediate)
            implements BasicMethod {
        public static final int ID = (60 << 16) | 40;

        static Publish read(ArgumentReader in) {
            in.reservedShort();
            return new Publish(in.shortOctets(), in.shortOctets(), in.bit(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            exchange.writeTo(out);
            routingKey.writeTo(out);
            out.writeByte(Bits.pack(mandatory, immediate));
        }
    }

    /**
     * Broker to client: a mandatory message that nothing took comes back with its content.
     *
     * @param replyCode 312
     * @param replyText {@code NO_ROUTE}
     * @param exchange where it was published
     * @param routingKey what it was published with
     */
    record Return(int replyCode, ShortString replyText, ShortString exchange, ShortString routingKey)
            implements BasicMethod {
        public static final int ID = (60 << 16) | 50;

        static Return read(ArgumentReader in) {
            return new Return(in.shortInteger(), in.shortString(), in.shortString(), in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(replyCode);
            replyText.writeTo(out);
            exchange.writeTo(out);
            routingKey.writeTo(out);
        }
    }

    /**
     * Broker to client: a message for a consumer; its content follows.
     *
     * @param consumerTag the name of the consumer on its channel
     * @param deliveryTag counts from 1 on each channel
     * @param redelivered it may have been delivered before
     * @param exchange where it was published
     * @param routingKey what it was published with
     */
    record Deliver(
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            ShortString exchange,
            ShortString routingKey)
            implements BasicMethod {
        public static final int ID = (60 << 16) | 60;

        static Deliver read(ArgumentReader in) {
            return new Deliver(in.shortString(), in.longLongInteger(), in.bit(), in.shortString(), in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void write(ByteBuf out) {
            consumerTag.writeTo(out);
            out.writeLong(deliveryTag);
            out.writeBoolean(redelivered);
            exchange.writeTo(out);
            routingKey.writeTo(out);
        }
    }

    /**
     * Client to broker: asks for one message.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param noAck deliveries need no acknowledgement
     */
    record Get(ShortString queue, boolean noAck) implements BasicMethod {
        public static final int ID = (60 << 16) | 70;

        static Get read(ArgumentReader in) {
            in.reservedShort();
            return new Get(in.shortString(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            out.writeBoolean(noAck);
        }
    }

    /**
     * Broker to client: the message asked for; its content follows.
     *
     * @param deliveryTag counts from 1 on each channel, together with deliveries
     * @param redelivered it may have been delivered before
     * @param exchange where it was published
     * @param routingKey what it was published with
     * @param messageCount how many messages are left
     */
    record GetOk(long deliveryTag, boolean redelivered, ShortString exchange, ShortString routingKey, long messageCount)
            implements BasicMethod {
        public static final int ID = (60 << 16) | 71;

        static GetOk read(ArgumentReader in) {
            return new GetOk(in.longLongInteger(), in.bit(), in.shortString(), in.shortString(), in.longInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(deliveryTag);
            out.writeBoolean(redelivered);
            exchange.writeTo(out);
            routingKey.writeTo(out);
            out.writeInt((int) messageCount);
        }
    }

    /**
     * Broker to client: no message was there.
     *
     * @param clusterId deprecated, empty
     */
    record GetEmpty(ShortString clusterId) implements BasicMethod {
        public static final int ID = (60 << 16) | 72;

        static GetEmpty read(ArgumentReader in) {
            return new GetEmpty(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            clusterId.writeTo(out);
        }
    }

    /**
     * Both ways: deliveries are dealt with, or publishes are safe.
     *
     * @param deliveryTag the number of the delivery or publish on its channel; 0 with {@code multiple} is all
     * @param multiple and all before it
     */
    record Ack(long deliveryTag, boolean multiple) implements BasicMethod {
        public static final int ID = (60 << 16) | 80;

        static Ack read(ArgumentReader in) {
            return new Ack(in.longLongInteger(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(deliveryTag);
            out.writeBoolean(multiple);
        }
    }

    /**
     * Client to broker: refuses a delivery.
     *
     * @param deliveryTag the number of the delivery on its channel
     * @param requeue to be delivered again, not dropped
     */
    record Reject(long deliveryTag, boolean requeue) implements BasicMethod {
        public static final int ID = (60 << 16) | 90;

        static Reject read(ArgumentReader in) {
            return new Reject(in.longLongInteger(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(deliveryTag);
            out.writeBoolean(requeue);
        }
    }

    /**
     * Client to broker: as {@link Recover}, without a reply (deprecated).
     *
     * @param requeue must be true
     */
    record RecoverAsync(boolean requeue) implements BasicMethod {
        public static final int ID = (60 << 16) | 100;

        static RecoverAsync read(ArgumentReader in) {
            return new RecoverAsync(in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(requeue);
        }
    }

    /**
     * Client to broker: asks to see unacknowledged messages again.
     *
     * @param requeue must be true
     */
    record Recover(boolean requeue) implements BasicMethod {
        public static final int ID = (60 << 16) | 110;

        static Recover read(ArgumentReader in) {
            return new Recover(in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(requeue);
        }
    }

    /** Broker to client: they are on their way. */
    record RecoverOk() implements BasicMethod {
        public static final int ID = (60 << 16) | 111;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Both ways: refuses deliveries, or tells that publishes were not taken (RabbitMQ's extension).
     *
     * @param deliveryTag the number of the delivery or publish on its channel; 0 with {@code multiple} is all
     * @param multiple and all before it
     * @param requeue to be delivered again, not dropped
     */
    record Nack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {
        public static final int ID = (60 << 16) | 120;

        static Nack read(ArgumentReader in) {
            return new Nack(in.longLongInteger(), in.bit(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeLong(deliveryTag);
            out.writeByte(Bits.pack(multiple, requeue));
        }
    }
}
