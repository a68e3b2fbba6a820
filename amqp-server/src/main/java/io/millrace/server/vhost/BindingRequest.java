package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;

/** What a bind or unbind asks for. */
public record BindingRequest(
        ShortString source,
        ShortString destination,
        boolean toQueue,
        ShortString key,
        FieldTable arguments,
        Requester requester) {
    public static BindingRequest ofQueue(
            ShortString exchange, ShortString queue, ShortString key, FieldTable arguments, Requester requester) {
        return new BindingRequest(exchange, queue, true, key, arguments, requester);
    }

    public static BindingRequest ofExchange(
            ShortString source, ShortString destination, ShortString key, FieldTable arguments, Requester requester) {
        return new BindingRequest(source, destination, false, key, arguments, requester);
    }
}
