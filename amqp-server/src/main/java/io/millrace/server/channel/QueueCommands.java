package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.security.AccessRight;
import io.millrace.server.vhost.BindingRequest;
import io.millrace.server.vhost.QueueDeclaration;
import io.millrace.server.vhost.ReplyQueues;
import io.millrace.server.vhost.VirtualHost;

/** {@code queue.declare}, {@code bind}, {@code unbind}, {@code purge} and {@code delete}. */
final class QueueCommands {
    private static final String DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

    private final Channel channel;
    private final ChannelHost host;
    /** What an empty queue name means; null before the first declare. */
    private ShortString lastDeclared;

    QueueCommands(Channel channel, ChannelHost host) {
        this.channel = channel;
        this.host = host;
    }

    private VirtualHost virtualHost() {
        return host.virtualHost();
    }

    /**
     * The queue of that name, or the one declared last when the name is empty, for somebody who reads from it.
     *
     * @throws ChannelError ACCESS_REFUSED when the user may not; NOT_FOUND when there is none; RESOURCE_LOCKED when it
     *     is another connection's
     */
    Queue require(ShortString name) {
        ShortString resolved = resolve(name);
        host.access().checkQueue(AccessRight.READ, resolved);
        Queue queue = virtualHost().requireQueue(resolved);
        virtualHost().checkAccess(queue, host);
        return queue;
    }

    private ShortString resolve(ShortString name) {
        if (!name.isEmpty()) {
            return name;
        }
        if (lastDeclared == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no previously declared queue");
        }
        return lastDeclared;
    }

    void declare(QueueMethod.Declare method) {
        if (ReplyQueues.isReserved(method.queue())) {
            ReplyMethods.checkDeclare(host, method.queue());
            declaredForReplies(method);
            return;
        }
        if (method.passive()) {
            declarePassively(method);
            return;
        }
        ShortString sent = EntityName.of(method.queue());
        boolean serverNamed = sent.isEmpty();
        ShortString name = serverNamed ? QueueDeclaration.generatedName() : sent;
        checkDeclare(name, serverNamed, method.arguments());
        QueueDeclaration declaration = new QueueDeclaration(
                name,
                serverNamed,
                method.durable(),
                method.exclusive() ? host : null,
                method.autoDelete(),
                method.arguments(),
                host);
        if (method.exclusive()) {
            host.ownsQueue();
        }
        channel.<Queue>await(
                method, reply -> virtualHost().declareQueue(declaration, reply), queue -> declared(method, queue));
    }

    /** Who sends messages on to another exchange must be allowed to publish there. */
    private void checkDeclare(ShortString name, boolean serverNamed, FieldTable arguments) {
        if (!serverNamed && VirtualHost.isSystemName(name)) {
            return; // It is refused anyway, and for that reason.
        }
        host.access().checkQueue(AccessRight.CONFIGURE, name);
        ShortString deadLetterExchange = EntityName.in(arguments, DEAD_LETTER_EXCHANGE);
        if (deadLetterExchange != null && virtualHost().findQueue(name) == null) {
            host.access().checkQueue(AccessRight.READ, name);
            host.access().checkExchange(AccessRight.WRITE, deadLetterExchange);
        }
    }

    private void declarePassively(QueueMethod.Declare method) {
        ShortString name = EntityName.of(method.queue());
        if (virtualHost().compatibility().passiveDeclareNeedsRight()) {
            host.access().checkQueueVisible(name);
        }
        Queue queue = virtualHost().requireQueue(name);
        virtualHost().checkAccess(queue, host);
        declared(method, queue);
    }

    /** There is nothing to declare: this is how a server asks whether the one who waits for the reply is there. */
    private void declaredForReplies(QueueMethod.Declare method) {
        lastDeclared = method.queue();
        if (!method.nowait()) {
            channel.send(new QueueMethod.DeclareOk(method.queue(), 0, 1));
        }
    }

    /** Answers with the counts that the queue's own loop sees, behind everything that was published before. */
    private void declared(QueueMethod.Declare method, Queue queue) {
        lastDeclared = queue.name();
        if (method.nowait()) {
            queue.home().run(() -> putOffEnd(queue));
            return;
        }
        channel.<QueueMethod.DeclareOk>await(
                method,
                reply -> queue.home().run(() -> {
                    putOffEnd(queue);
                    reply.succeeded(new QueueMethod.DeclareOk(
                            queue.name(), queue.readyCount(), StreamMethods.declaredConsumers(queue)));
                }),
                channel::send);
    }

    /** A declare is a use to a queue that expires unused; not to a quorum queue, as in RabbitMQ. */
    private static void putOffEnd(Queue queue) {
        if (!queue.kind().quorum()) {
            queue.used();
        }
    }

    void bind(QueueMethod.Bind method) {
        BindingRequest request = request(method.queue(), method.exchange(), method.routingKey(), method.arguments());
        channel.change(
                method,
                method.nowait(),
                new QueueMethod.BindOk(),
                reply -> virtualHost().bind(request, reply));
    }

    void unbind(QueueMethod.Unbind method) {
        BindingRequest request = request(method.queue(), method.exchange(), method.routingKey(), method.arguments());
        channel.change(
                method,
                false,
                new QueueMethod.UnbindOk(),
                reply -> virtualHost().unbind(request, reply));
    }

    private BindingRequest request(ShortString queue, ShortString exchange, ShortString key, FieldTable arguments) {
        ShortString name = resolve(EntityName.of(queue));
        ReplyMethods.refuseBinding(name);
        ShortString effectiveKey = queue.isEmpty() && key.isEmpty() ? name : key;
        ShortString source = EntityName.of(exchange);
        host.access().checkQueue(AccessRight.WRITE, name);
        ExchangeCommands.checkSource(host, source, effectiveKey);
        return BindingRequest.ofQueue(source, name, effectiveKey, arguments, host);
    }

    void purge(QueueMethod.Purge method) {
        if (virtualHost().replies().isIssued(method.queue())) {
            purged(method, 0);
            return;
        }
        Queue queue = require(method.queue());
        StreamMethods.refusePurge(queue);
        channel.<Integer>await(
                method,
                reply -> queue.home().run(() -> reply.succeeded(queue.purge())),
                dropped -> purged(method, dropped));
    }

    private void purged(QueueMethod.Purge method, int dropped) {
        if (!method.nowait()) {
            channel.send(new QueueMethod.PurgeOk(dropped));
        }
    }

    void delete(QueueMethod.Delete method) {
        ShortString name = resolve(EntityName.of(method.queue()));
        host.access().checkQueue(AccessRight.CONFIGURE, name);
        channel.<Integer>await(
                method,
                reply -> virtualHost().deleteQueue(name, method.ifUnused(), method.ifEmpty(), host, reply),
                dropped -> {
                    if (!method.nowait()) {
                        channel.send(new QueueMethod.DeleteOk(dropped));
                    }
                });
    }
}
