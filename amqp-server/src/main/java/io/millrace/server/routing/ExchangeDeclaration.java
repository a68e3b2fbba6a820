package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;

/**
 * What {@code exchange.declare} said about an exchange, apart from its type.
 *
 * @param name the name, empty for the default exchange only
 * @param durable whether it survives a restart
 * @param autoDelete whether it goes away when the last binding that starts at it goes away
 * @param internal whether clients may not publish to it
 * @param arguments the arguments as they arrived
 */
public record ExchangeDeclaration(
        ShortString name, boolean durable, boolean autoDelete, boolean internal, FieldTable arguments) {

    public ExchangeDeclaration {
        requireNonNull(name, "name is null");
        requireNonNull(arguments, "arguments is null");
    }
}
