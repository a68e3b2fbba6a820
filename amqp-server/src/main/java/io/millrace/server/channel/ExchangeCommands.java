package io.millrace.server.channel;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.ExchangeMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import io.millrace.server.security.Access;
import io.millrace.server.security.AccessRight;
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
        if (method.passive()) {
            virtualHost().checkNotDefaultExchange(name);
            if (virtualHost().compatibility().passiveDeclareNeedsRight()) {
                host.access().checkExchangeVisible(name);
            }
            virtualHost().requireExchange(name);
            if (!method.nowait()) {
                channel.send(new ExchangeMethod.DeclareOk());
            }
            return;
        }
        checkType(method.type().toString());
        virtualHost().checkNotDefaultExchange(name);
        checkDeclare(name, method.arguments());
        ExchangeDeclaration declaration = new ExchangeDeclaration(
                name, method.durable(), method.autoDelete(), method.internal(), method.arguments());
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.DeclareOk(),
                reply -> virtualHost().declareExchange(method.type().toString(), declaration, reply));
    }

    private void checkType(String type) {
        if (virtualHost().compatibility().unknownTypesEndConnections()
                && !ExchangeTypes.names().contains(type)) {
            throw new ConnectionError(ReplyCode.COMMAND_INVALID, "unknown exchange type '" + type + "'");
        }
        ExchangeTypes.validate(type);
    }

    /** Who sends messages on to another exchange must be allowed to publish there. */
    private void checkDeclare(ShortString name, FieldTable arguments) {
        Access access = host.access();
        access.checkExchange(AccessRight.CONFIGURE, name);
        ShortString alternate = EntityName.in(arguments, Exchange.ALTERNATE_EXCHANGE);
        boolean isNew = !VirtualHost.isSystemName(name) && virtualHost().findExchange(name) == null;
        if (alternate != null && isNew) {
            access.checkExchange(AccessRight.READ, name);
            access.checkExchange(AccessRight.WRITE, alternate);
        }
    }

    void delete(ExchangeMethod.Delete method) {
        ShortString name = EntityName.of(method.exchange());
        virtualHost().checkNotDefaultExchange(name);
        if (!VirtualHost.isSystemName(name)) {
            host.access().checkExchange(AccessRight.CONFIGURE, name);
        }
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.DeleteOk(),
                reply -> virtualHost().deleteExchange(name, method.ifUnused(), reply));
    }

    void bind(ExchangeMethod.Bind method) {
        BindingRequest request =
                request(method.source(), method.destination(), method.routingKey(), method.arguments());
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.BindOk(),
                reply -> virtualHost().bind(request, reply));
    }

    void unbind(ExchangeMethod.Unbind method) {
        BindingRequest request =
                request(method.source(), method.destination(), method.routingKey(), method.arguments());
        channel.change(
                method,
                method.nowait(),
                new ExchangeMethod.UnbindOk(),
                reply -> virtualHost().unbind(request, reply));
    }

    private BindingRequest request(ShortString source, ShortString destination, ShortString key, FieldTable arguments) {
        ShortString from = EntityName.of(source);
        ShortString to = EntityName.of(destination);
        host.access().checkExchange(AccessRight.WRITE, to);
        virtualHost().checkNotDefaultExchange(to);
        checkSource(host, from, key);
        return BindingRequest.ofExchange(from, to, key, arguments, host);
    }

    /** Whether the user may bind to the exchange with this key, and unbind. */
    static void checkSource(ChannelHost host, ShortString source, ShortString key) {
        host.virtualHost().checkNotDefaultExchange(source);
        host.access().checkExchange(AccessRight.READ, source);
        Exchange exchange = host.virtualHost().findExchange(source);
        if (exchange != null && exchange.isTopic()) {
            host.access().checkTopic(AccessRight.READ, source, key);
        }
    }
}
