package io.millrace.codec.method;

import io.netty.buffer.ByteBuf;

/** Class 85, confirm: publisher confirms (RabbitMQ's extension). */
public sealed interface ConfirmMethod extends Method {
    /**
     * Client to broker: asks the broker to acknowledge publishes on this channel.
     *
     * @param nowait no reply is wanted
     */
    record Select(boolean nowait) implements ConfirmMethod {
        public static final int ID = (85 << 16) | 10;

        static Select read(ArgumentReader in) {
            return new Select(in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(nowait);
        }
    }

    /** Broker to client: publishes count from 1 and will be acknowledged. */
    record SelectOk() implements ConfirmMethod {
        public static final int ID = (85 << 16) | 11;

        @Override
        public int id() {
            return ID;
        }
    }
}
