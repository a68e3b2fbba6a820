package io.millrace.server.channel;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.AccessMethod;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConfirmMethod;
import io.millrace.codec.method.ExchangeMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.method.TxMethod;
import io.millrace.codec.value.ShortString;
import io.millrace.server.vhost.ReplyQueues;

/** Every method a client may send on an open channel, and who handles it. {@code basic.publish} takes a shorter way. */
final class MethodDispatch {
    private final Channel channel;
    private final ChannelHost host;
    private final Publisher publisher;
    private final Consumers consumers;
    private final Settlements settlements;
    private final QueueCommands queues;
    private final ExchangeCommands exchanges;

    MethodDispatch(
            Channel channel, ChannelHost host, Publisher publisher, Consumers consumers, Settlements settlements) {
        this.channel = channel;
        this.host = host;
        this.publisher = publisher;
        this.consumers = consumers;
        this.settlements = settlements;
        this.queues = new QueueCommands(channel, host);
        this.exchanges = new ExchangeCommands(channel, host);
    }

    void execute(Method method) {
        if (method instanceof BasicMethod basic) {
            basic(basic);
        } else if (method instanceof QueueMethod queue) {
            queue(queue);
        } else if (method instanceof ExchangeMethod exchange) {
            exchange(exchange);
        } else if (method instanceof ChannelMethod self) {
            channel(self);
        } else if (method instanceof ConfirmMethod.Select select) {
            publisher.confirmSelect(select);
        } else if (method instanceof TxMethod tx) {
            tx(tx);
        } else if (method instanceof AccessMethod.Request) {
            channel.send(new AccessMethod.RequestOk(1));
        } else {
            throw unimplemented();
        }
    }

    private void basic(BasicMethod method) {
        if (method instanceof BasicMethod.Ack ack) {
            settlements.acknowledge(ack.deliveryTag(), ack.multiple());
        } else if (method instanceof BasicMethod.Nack nack) {
            settlements.nack(nack.deliveryTag(), nack.multiple(), nack.requeue());
        } else if (method instanceof BasicMethod.Reject reject) {
            settlements.reject(reject.deliveryTag(), reject.requeue());
        } else if (method instanceof BasicMethod.Get get) {
            ReplyMethods.refuseGet(host, get.queue());
            consumers.get(get, queues.require(get.queue()));
        } else if (method instanceof BasicMethod.Consume consume) {
            consume(consume);
        } else if (method instanceof BasicMethod.Cancel cancel) {
            consumers.cancel(cancel);
        } else if (method instanceof BasicMethod.Qos qos) {
            consumers.qos(qos);
        } else if (method instanceof BasicMethod.Recover recover) {
            recover(recover.requeue());
            consumers.recovered(recover);
        } else if (method instanceof BasicMethod.RecoverAsync recover) {
            recover(recover.requeue());
        } else if (method instanceof BasicMethod.CancelOk) {
            // RabbitMQ stumbles over the answer to a cancel that it never sends.
            throw new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
        } else {
            throw unimplemented();
        }
    }

    private void consume(BasicMethod.Consume method) {
        if (method.queue().equals(ReplyQueues.PSEUDO_QUEUE)) {
            consumers.consumeReplies(method);
        } else {
            consumers.refuseReplies(method.queue());
            ShortString tag = consumers.tagFor(method);
            consumers.consume(method, tag, queues.require(method.queue()));
        }
    }

    private void recover(boolean requeue) {
        if (!requeue) {
            throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "requeue=false");
        }
        settlements.recover();
    }

    private void queue(QueueMethod method) {
        if (method instanceof QueueMethod.Declare declare) {
            queues.declare(declare);
        } else if (method instanceof QueueMethod.Bind bind) {
            queues.bind(bind);
        } else if (method instanceof QueueMethod.Unbind unbind) {
            queues.unbind(unbind);
        } else if (method instanceof QueueMethod.Purge purge) {
            queues.purge(purge);
        } else if (method instanceof QueueMethod.Delete delete) {
            queues.delete(delete);
        } else {
            throw unimplemented();
        }
    }

    private void exchange(ExchangeMethod method) {
        if (method instanceof ExchangeMethod.Declare declare) {
            exchanges.declare(declare);
        } else if (method instanceof ExchangeMethod.Delete delete) {
            exchanges.delete(delete);
        } else if (method instanceof ExchangeMethod.Bind bind) {
            exchanges.bind(bind);
        } else if (method instanceof ExchangeMethod.Unbind unbind) {
            exchanges.unbind(unbind);
        } else {
            throw unimplemented();
        }
    }

    private void channel(ChannelMethod method) {
        if (method instanceof ChannelMethod.Close) {
            channel.closeByClient();
        } else if (method instanceof ChannelMethod.Flow flow) {
            if (!flow.active()) {
                throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "active=false");
            }
            channel.send(new ChannelMethod.FlowOk(true));
        } else {
            throw unimplemented();
        }
    }

    private void tx(TxMethod method) {
        if (method instanceof TxMethod.Select) {
            publisher.txSelect(settlements);
        } else if (method instanceof TxMethod.Commit) {
            publisher.txCommit(method, settlements);
        } else if (method instanceof TxMethod.Rollback) {
            publisher.txRollback();
        } else {
            throw unimplemented();
        }
    }

    private static ConnectionError unimplemented() {
        return new ConnectionError(ReplyCode.COMMAND_INVALID, "unimplemented method");
    }
}
