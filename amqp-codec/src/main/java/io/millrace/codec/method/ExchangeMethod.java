package io.millrace.codec.method;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 40, exchange: exchanges and the bindings between them. */
public sealed interface ExchangeMethod extends Method {
    /**
     * Client to broker: creates an exchange, or checks that it exists as described.
     *
     * @param exchange its name
     * @param type {@code direct}, {@code fanout}, {@code topic}, {@code headers} or another
     * @param passive only check that it exists
     * @param durable it survives a restart
     * @param autoDelete it goes away with its last binding
     * @param internal clients cannot publish to it
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Declare(
            ShortString exchange,
            ShortString type,
            boolean passive,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            boolean nowait,
            FieldTable arguments)
            implements ExchangeMethod {
        public static final int ID = (40 << 16) | 10;

        static Declare read(ArgumentReader in) {
            in.reservedShort();
            return new Declare(
                    in.shortString(), in.shortString(), in.bit(), in.bit(), in.bit(), in.bit(), in.bit(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            exchange.writeTo(out);
            type.writeTo(out);
            out.writeByte(Bits.pack(passive, durable, autoDelete, internal, nowait));
            arguments.writeTo(out);
        }
    }

    /** Broker to client: the exchange exists. */
    record DeclareOk() implements ExchangeMethod {
        public static final int ID = (40 << 16) | 11;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: deletes an exchange; one that does not exist is no error.
     *
     * @param exchange its name
     * @param ifUnused only if nothing is bound to it
     * @param nowait no reply is wanted
     */
    record Delete(ShortString exchange, boolean ifUnused, boolean nowait) implements ExchangeMethod {
        public static final int ID = (40 << 16) | 20;

        static Delete read(ArgumentReader in) {
            in.reservedShort();
            return new Delete(in.shortString(), in.bit(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            exchange.writeTo(out);
            out.writeByte(Bits.pack(ifUnused, nowait));
        }
    }

    /** Broker to client: the exchange is gone. */
    record DeleteOk() implements ExchangeMethod {
        public static final int ID = (40 << 16) | 21;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: binds an exchange to another (RabbitMQ's extension).
     *
     * @param destination the exchange that receives
     * @param source the exchange that sends
     * @param routingKey what the exchange routes by
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Bind(
            ShortString destination, ShortString source, ShortString routingKey, boolean nowait, FieldTable arguments)
            implements ExchangeMethod {
        public static final int ID = (40 << 16) | 30;

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
            destination.writeTo(out);
            source.writeTo(out);
            routingKey.writeTo(out);
            out.writeBoolean(nowait);
            arguments.writeTo(out);
        }
    }

    /** Broker to client: the binding exists. */
    record BindOk() implements ExchangeMethod {
        public static final int ID = (40 << 16) | 31;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: removes a binding between exchanges.
     *
     * @param destination the exchange that receives
     * @param source the exchange that sends
     * @param routingKey what the exchange routes by
     * @param nowait no reply is wanted
     * @param arguments extensions, {@code x-…}
     */
    record Unbind(
            ShortString destination, ShortString source, ShortString routingKey, boolean nowait, FieldTable arguments)
            implements ExchangeMethod {
        public static final int ID = (40 << 16) | 40;

        static Unbind read(ArgumentReader in) {
            in.reservedShort();
            return new Unbind(in.shortString(), in.shortString(), in.shortString(), in.bit(), in.table());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(0);
            destination.writeTo(out);
            source.writeTo(out);
            routingKey.writeTo(out);
            out.writeBoolean(nowait);
            arguments.writeTo(out);
        }
    }

    /** Broker to client: the binding is gone. Its number is 51 and not 41. */
    record UnbindOk() implements ExchangeMethod {
        public static final int ID = (40 << 16) | 51;

        @Override
        public int id() {
            return ID;
        }
    }
}
