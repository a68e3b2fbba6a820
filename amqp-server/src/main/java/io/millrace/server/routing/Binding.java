package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A binding. Two bindings are the same if all four parts are equal; the order of the arguments does not count.
 *
 * @param source the exchange that messages come from
 * @param destination the queue or exchange that they go on to
 * @param key the binding key; what it means depends on the exchange's type
 * @param arguments the binding's arguments, kept sorted by key where all keys are UTF-8
 */
public record Binding(Exchange source, BindingTarget destination, ShortString key, FieldTable arguments) {

    /**
     * Sorts the arguments.
     *
     * @throws io.millrace.codec.AmqpException if the arguments cannot be decoded
     */
    public Binding {
        requireNonNull(source, "source is null");
        requireNonNull(destination, "destination is null");
        requireNonNull(key, "key is null");
        arguments = sorted(requireNonNull(arguments, "arguments is null"));
    }

    /** Sorted tables can be compared octet by octet, and come out of every listing in the same order. */
    private static FieldTable sorted(FieldTable arguments) {
        Map<String, FieldValue> given = arguments.asMap();
        Map<String, FieldValue> sorted = new TreeMap<>(given);
        boolean isSorted = List.copyOf(given.keySet()).equals(List.copyOf(sorted.keySet()));
        if (isSorted || given.keySet().stream().anyMatch(Binding::isNotText)) {
            return arguments;
        }
        FieldTable.Builder builder = FieldTable.builder();
        sorted.forEach(builder::put);
        return builder.build();
    }

    /** A key that is not UTF-8 cannot be written again as it was; such arguments stay in their order. */
    private static boolean isNotText(String key) {
        return key.indexOf('\uFFFD') >= 0;
    }
}
