package io.millrace.codec.method;

import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 20, channel: opening and closing a channel. */
public sealed interface ChannelMethod extends Method {
    /**
     * Client to broker: opens the channel whose number the frame carries.
     *
     * @param outOfBand deprecated
     */
    record Open(ShortString outOfBand) implements ChannelMethod {
        public static final int ID = (20 << 16) | 10;

        static Open read(ArgumentReader in) {
            return new Open(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            outOfBand.writeTo(out);
        }
    }

    /**
     * Broker to client: the channel is ready.
     *
     * @param channelId deprecated, empty
     */
    record OpenOk(LongString channelId) implements ChannelMethod {
        public static final int ID = (20 << 16) | 11;

        static OpenOk read(ArgumentReader in) {
            return new OpenOk(in.longString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            channelId.writeTo(out);
        }
    }

    /**
     * Both ways: asks the peer to stop or to go on sending content.
     *
     * @param active whether to send
     */
    record Flow(boolean active) implements ChannelMethod {
        public static final int ID = (20 << 16) | 20;

        static Flow read(ArgumentReader in) {
            return new Flow(in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(active);
        }
    }

    /**
     * Both ways: confirms what {@link Flow} asked for.
     *
     * @param active as asked for
     */
    record FlowOk(boolean active) implements ChannelMethod {
        public static final int ID = (20 << 16) | 21;

        static FlowOk read(ArgumentReader in) {
            return new FlowOk(in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeBoolean(active);
        }
    }

    /**
     * Both ways: wants the channel closed. All but {@link CloseOk} and {@link Close} is ignored from here on.
     *
     * @param replyCode why, as a number
     * @param replyText why, in words
     * @param failedClassId the class of the method that failed, or 0
     * @param failedMethodId the method that failed, or 0
     */
    record Close(int replyCode, ShortString replyText, int failedClassId, int failedMethodId) implements ChannelMethod {
        public static final int ID = (20 << 16) | 40;

        static Close read(ArgumentReader in) {
            return new Close(in.shortInteger(), in.shortString(), in.shortInteger(), in.shortInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(replyCode);
            replyText.writeTo(out);
            out.writeShort(failedClassId);
            out.writeShort(failedMethodId);
        }
    }

    /** Both ways: agrees to the close; the number may be used anew. */
    record CloseOk() implements ChannelMethod {
        public static final int ID = (20 << 16) | 41;

        @Override
        public int id() {
            return ID;
        }
    }
}
