package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;
import java.util.List;
import java.util.function.Supplier;

/**
 * A change of definitions that somebody asked for.
 *
 * @param touches what the plan looks at or changes; empty when that is not known beforehand, so that the command shares
 *     no group with others
 * @param planner checks and plans; may throw {@link AmqpException}
 * @param reply where the answer goes
 */
record Command<T>(List<?> touches, Supplier<Plan<T>> planner, Reply<T> reply) {
    Plan<T> plan() {
        return planner.get();
    }

    /**
     * Ends the thread behind everything that was submitted before. It is not interrupted: the store's file would be
     * closed under whatever is written after that.
     */
    static Command<Void> stop(Runnable stopping) {
        return new Command<>(
                List.of(),
                () -> Plan.immediate(() -> {
                    stopping.run();
                    return null;
                }),
                new Reply<>() {
                    @Override
                    public void succeeded(Void result) {}

                    @Override
                    public void failed(AmqpException error) {}
                });
    }
}
