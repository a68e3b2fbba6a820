package io.millrace.codec.method;

import io.netty.buffer.ByteBuf;

/** A method of AMQP: a command, a reply or an event, with its arguments. Immutable. */
public sealed interface Method
        permits ConnectionMethod,
                ChannelMethod,
                AccessMethod,
                ExchangeMethod,
                QueueMethod,
                BasicMethod,
                ConfirmMethod,
                TxMethod {
    /**
     * Class id in the upper and method id in the lower 16 bits: what to switch on. Each record has it as {@code ID}.
     */
    int id();

    /** The id of its class. */
    default int classId() {
        return id() >>> 16;
    }

    /** The id within its class. */
    default int methodId() {
        return id() & 0xFFFF;
    }

    /** The name in the specification, such as {@code basic.publish}. */
    default String name() {
        return MethodNames.of(id());
    }

    /** Whether a content header and bodies follow it. */
    default boolean hasContent() {
        return false;
    }

    /** Writes the arguments as they stand on the wire, without the ids. Most replies have none. */
    default void write(ByteBuf out) {}
}
