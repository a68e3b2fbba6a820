package io.millrace.server.vhost;

import io.millrace.definitions.DefinitionChange;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a command comes to.
 *
 * @param changes what becomes durable first; empty when nothing must
 * @param effect changes the tables and gives the answer
 * @param afterwards what others are told, once the one who asked has the answer
 */
record Plan<T>(List<DefinitionChange> changes, Supplier<T> effect, Runnable afterwards) {
    Plan(List<DefinitionChange> changes, Supplier<T> effect) {
        this(changes, effect, () -> {});
    }

    static <T> Plan<T> immediate(Supplier<T> effect) {
        return new Plan<>(List.of(), effect);
    }
}
