package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import java.util.TreeMap;

/**
 * A binding. Two bindings are the same if all four parts are equal; the order of the arguments does not count.
 *
 * @param source the exchange that messages come from
 * @param destination the queue or exchange that they go on to
 * @param key the binding key; what it means depends on the exchange's type
 * @param arguments the binding's arguments, kept sorted by key
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
        if (arguments.isEmpty()) {
            return FieldTable.EMPTY;
        }
        FieldTable.Builder builder = FieldTable.builder();
        for (Map.Entry<String, FieldValue> argument : new TreeMap<>(arguments.asMap()).entrySet()) {
            builder.put(argument.getKey(), argument.getValue());
        }
        return builder.build();
    }
}
