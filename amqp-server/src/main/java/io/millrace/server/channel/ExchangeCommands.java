package io.millrace.server.channel;

import io.millrace.codec.method.ExchangeMethod;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.vhost.BindingRequest;
import io.millrace.server.vhost.VirtualHost;

/** {@code exchange.declare}, {@code delete}, {@code bind} and {@code unbind}. */
final class ExchangeCommands {
    private final Channel channel;
    private final ChannelHost host;

    ExchangeCommands(Channel channel, ChannelHost host) {
        this.channel = channel;
        this.host = host;
    }

    private VirtualHost virtualHost() {
        return host.virtualHost();
    }

    void declare(ExchangeMethod.Declare method) {
        ShortString name = EntityName.of(method.exchange());
        virtualHost().checkNotDefaultExchange(name);
        if (method.passive()) {
            virtualHost().requireExchange(name);
            if (!method.nowait()) {
                channel.send(new ExchangeMethod.DeclareOk());
            }
            return;
        }
        ExchangeDeclaration declaration = new ExchangeDeclaration(
                name, method.durable(), method.autoDelete(), method.internal(), method.arguments());
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.DeclareOk(),
                reply -> virtualHost().declareExchange(method.type().toString(), declaration, reply));
    }

    void delete(ExchangeMethod.Delete method) {
        ShortString name = EntityName.of(method.exchange());
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.DeleteOk(),
                reply -> virtualHost().deleteExchange(name, method.ifUnused(), reply));
    }

    void bind(ExchangeMethod.Bind method) {
        BindingRequest request = BindingRequest.ofExchange(
                EntityName.of(method.source()),
                EntityName.of(method.destination()),
                method.routingKey(),
                method.arguments(),
                host);
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.BindOk(),
                reply -> virtualHost().bind(request, reply));
    }

    void unbind(ExchangeMethod.Unbind method) {
        BindingRequest request = BindingRequest.ofExchange(
                EntityName.of(method.source()),
                EntityName.of(method.destination()),
                method.routingKey(),
                method.arguments(),
                host);
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.UnbindOk(),
                reply -> virtualHost().unbind(request, reply));
    }
}
