package io.millrace.codec.method;

import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 30, access: access tickets, a relic of AMQP 0-8 that old clients still ask for. */
public sealed interface AccessMethod extends Method {
    /**
     * Client to broker: asks for an access ticket: a relic of AMQP 0-8 that does nothing.
     *
     * @param realm ignored
     * @param exclusive ignored
     * @param passive ignored
     * @param active ignored
     * @param write ignored
     * @param read ignored
     */
    record Request(ShortString realm, boolean exclusive, boolean passive, boolean active, boolean write, boolean read)
            implements AccessMethod {
        public static final int ID = (30 << 16) | 10;

        static Request read(ArgumentReader in) {
            return new Request(in.shortString(), in.bit(), in.bit(), in.bit(), in.bit(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            realm.writeTo(out);
            out.writeByte(Bits.pack(exclusive, passive, active, write, read));
        }
    }

    /**
     * Broker to client: grants a ticket, always 1, that nobody looks at.
     *
     * @param ticket always 1
     */
    record RequestOk(int ticket) implements AccessMethod {
        public static final int ID = (30 << 16) | 11;

        static RequestOk read(ArgumentReader in) {
            return new RequestOk(in.shortInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(ticket);
        }
    }
}
