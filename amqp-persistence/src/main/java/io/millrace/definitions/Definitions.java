package io.millrace.definitions;

import java.util.List;

/** Everything that is stored, as one consistent picture. The lists are immutable, their order has no meaning. */
public record Definitions(
        List<VhostDefinition> vhosts,
        List<UserDefinition> users,
        List<ExchangeDefinition> exchanges,
        List<QueueDefinition> queues,
        List<BindingDefinition> bindings) {
    public Definitions {
        vhosts = List.copyOf(vhosts);
        users = List.copyOf(users);
        exchanges = List.copyOf(exchanges);
        queues = List.copyOf(queues);
        bindings = List.copyOf(bindings);
    }
}
