package io.millrace.codec.method;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 50, queue: queues and their bindings. */
public sealed interface QueueMethod extends Method {
    /**
     * Client to broker: creates a queue, or checks that it exists as described.
     *
     * @param queue its name; empty lets the broker choose one
     * @param passive only check that it exists
     * @param durable it survives a restart
     * @param exclusive for this connection alone
     * @param autoDelete it goes away with its last consumer
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Declare(
            ShortString queue,
            boolean passive,
            boolean durable,
            boolean exclusive,
            boolean autoDelete,
            boolean nowait,
            FieldTable arguments)
            implements QueueMethod {
        public static final int ID = (50 << 16) | 10;

        static Declare read(ArgumentReader in) {
            in.reservedShort();
            return new Declare(in.shortString(), in.bit(), in.bit(), in.bit(), in.bit(), in.bit(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            out.writeByte(Bits.pack(passive, durable, exclusive, autoDelete, nowait));
            arguments.writeTo(out);
        }
    }

    /**
     * Broker to client: the queue exists.
     *
     * @param queue its name
     * @param messageCount how many messages are ready
     * @param consumerCount how many consumers it has
     */
    record DeclareOk(ShortString queue, long messageCount, long consumerCount) implements QueueMethod {
        public static final int ID = (50 << 16) | 11;

        static DeclareOk read(ArgumentReader in) {
            return new DeclareOk(in.shortString(), in.longInteger(), in.longInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            queue.writeTo(out);
            out.writeInt((int) messageCount);
            out.writeInt((int) consumerCount);
        }
    }

    /**
     * Client to broker: binds a queue to an exchange.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param exchange the exchange that sends
     * @param routingKey what the exchange routes by
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Bind(ShortString queue, ShortString exchange, ShortString routingKey, boolean nowait, FieldTable arguments)
            implements QueueMethod {
        public static final int ID = (50 << 16) | 20;

        static Bind read(ArgumentReader in) {
            in.reservedShort();
            return new Bind(in.shortString(), in.shortString(), in.shortString(), in.bit(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            exchange.writeTo(out);
            routingKey.writeTo(out);
            out.writeBoolean(nowait);
            arguments.writeTo(out);
        }
    }

    /** Broker to client: the binding exists. */
    record BindOk() implements QueueMethod {
        public static final int ID = (50 << 16) | 21;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: drops the messages that wait in a queue.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param nowait no reply is wanted
     */
    record Purge(ShortString queue, boolean nowait) implements QueueMethod {
        public static final int ID = (50 << 16) | 30;

        static Purge read(ArgumentReader in) {
            in.reservedShort();
            return new Purge(in.shortString(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            out.writeBoolean(nowait);
        }
    }

    /**
     * Broker to client: the messages are gone.
     *
     * @param messageCount how many were dropped
     */
    record PurgeOk(long messageCount) implements QueueMethod {
        public static final int ID = (50 << 16) | 31;

        static PurgeOk read(ArgumentReader in) {
            return new PurgeOk(in.longInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt((int) messageCount);
        }
    }

    /**
     * Client to broker: deletes a queue; one that does not exist is no error.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param ifUnused only if it has no consumer
     * @param ifEmpty only if no message is in it
     * @param nowait no reply is wanted
     */
    record Delete(ShortString queue, boolean ifUnused, boolean ifEmpty, boolean nowait) implements QueueMethod {
        public static final int ID = (50 << 16) | 40;

        static Delete read(ArgumentReader in) {
            in.reservedShort();
            return new Delete(in.shortString(), in.bit(), in.bit(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            out.writeByte(Bits.pack(ifUnused, ifEmpty, nowait));
        }
    }

    /**
     * Broker to client: the queue is gone.
     *
     * @param messageCount how many were dropped with it
     */
    record DeleteOk(long messageCount) implements QueueMethod {
        public static final int ID = (50 << 16) | 41;

        static DeleteOk read(ArgumentReader in) {
            return new DeleteOk(in.longInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeInt((int) messageCount);
        }
    }

    /**
     * Client to broker: removes a binding. It has no {@code nowait}.
     *
     * @param queue its name; empty is the last one declared on the channel
     * @param exchange the exchange that sends
     * @param routingKey what the exchange routes by
     * @param arguments extensions, {@code x-…}
     */
    record Unbind(ShortString queue, ShortString exchange, ShortString routingKey, FieldTable arguments)
            implements QueueMethod {
        public static final int ID = (50 << 16) | 50;

        static Unbind read(ArgumentReader in) {
            in.reservedShort();
            return new Unbind(in.shortString(), in.shortString(), in.shortString(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            queue.writeTo(out);
            exchange.writeTo(out);
            routingKey.writeTo(out);
            arguments.writeTo(out);
        }
    }

    /** Broker to client: the binding is gone. */
    record UnbindOk() implements QueueMethod {
        public static final int ID = (50 << 16) | 51;

        @Override
        public int id() {
            return ID;
        }
    }
}
