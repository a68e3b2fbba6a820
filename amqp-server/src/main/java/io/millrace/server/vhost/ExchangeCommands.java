package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import java.util.ArrayList;
import java.util.List;

/** Plans declares and deletes of exchanges. On the definitions thread. */
final class ExchangeCommands {
    private final VirtualHost virtualHost;
    private final BindingCommands bindings;

    ExchangeCommands(VirtualHost virtualHost, BindingCommands bindings) {
        this.virtualHost = virtualHost;
        this.bindings = bindings;
    }

    Plan<Void> declare(String type, ExchangeDeclaration declaration) {
        virtualHost.checkNotDefaultExchange(declaration.name());
        ExchangeTypes.validate(type);
        Exchange existing = virtualHost.findExchange(declaration.name());
        if (existing != null) {
            checkEquivalent(type, declaration, existing);
            return Plan.immediate(() -> null);
        }
        checkAlternate(declaration);
        if (VirtualHost.isSystemName(declaration.name())) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "exchange name '" + declaration.name() + "' contains reserved prefix 'amq.*'");
        }
        Exchange exchange = ExchangeTypes.create(type, declaration);
        int storeId = virtualHost.hold(exchange);
        List<DefinitionChange> changes = declaration.durable()
                ? List.of(new DefinitionChange.PutExchange(definition(exchange).withStoreId(storeId)))
                : List.of();
        return new Plan<>(changes, () -> {
            virtualHost.put(exchange);
            return null;
        });
    }

    private ExchangeDefinition definition(Exchange exchange) {
        return new ExchangeDefinition(
                virtualHost.name(),
                exchange.name().toString(),
                exchange.type(),
                exchange.durable(),
                exchange.autoDelete(),
                exchange.internal(),
                exchange.arguments().bytes());
    }

    private void checkAlternate(ExchangeDeclaration declaration) {
        FieldValue alternate = declaration.arguments().get(Exchange.ALTERNATE_EXCHANGE);
        if (alternate != null && !(alternate instanceof FieldValue.Text)) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "invalid type '" + alternate.typeName() + "' for arg '" + Exchange.ALTERNATE_EXCHANGE + "' in "
                            + virtualHost.describeExchange(declaration.name()));
        }
    }

    private void checkEquivalent(String type, ExchangeDeclaration declaration, Exchange existing) {
        Equivalence equivalence = new Equivalence(virtualHost.describe(existing));
        equivalence.check("type", type, existing.type());
        equivalence.check("durable", declaration.durable(), existing.durable());
        equivalence.check("auto_delete", declaration.autoDelete(), existing.autoDelete());
        equivalence.check("internal", declaration.internal(), existing.internal());
        equivalence.checkArgument(Exchange.ALTERNATE_EXCHANGE, declaration.arguments(), existing.arguments());
    }

    Plan<Void> delete(ShortString name, boolean ifUnused) {
        virtualHost.checkNotDefaultExchange(name);
        if (VirtualHost.isSystemName(name)) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "deletion of system " + virtualHost.describeExchange(name) + " not allowed");
        }
        Exchange exchange = virtualHost.findExchange(name);
        if (exchange == null) {
            return Plan.immediate(() -> null);
        }
        if (ifUnused && exchange.hasBindings()) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, virtualHost.describe(exchange) + " in use");
        }
        List<Exchange> gone = new ArrayList<>();
        gone.add(exchange);
        bindings.addUnusedBy(gone, virtualHost.bindings().bindingsTo(exchange));
        return new Plan<>(bindings.deletions(gone), () -> {
            gone.forEach(virtualHost::remove);
            return null;
        });
    }
}
