package io.millrace.server.connection;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.ExchangeMethod;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;

/** Methods of clients in few words. */
final class Asks {
    private Asks() {}

    static ShortString text(String text) {
        return ShortString.of(text);
    }

    static QueueMethod.Declare declare(String queue) {
        return new QueueMethod.Declare(text(queue), false, false, false, false, false, FieldTable.EMPTY);
    }

    static QueueMethod.Declare declareDurable(String queue) {
        return new QueueMethod.Declare(text(queue), false, true, false, false, false, FieldTable.EMPTY);
    }

    static QueueMethod.Declare declareExclusive(String queue) {
        return new QueueMethod.Declare(text(queue), false, false, true, false, false, FieldTable.EMPTY);
    }

    static QueueMethod.Declare declarePassive(String queue) {
        return new QueueMethod.Declare(text(queue), true, false, false, false, false, FieldTable.EMPTY);
    }

    static QueueMethod.Bind bind(String queue, String exchange, String key) {
        return new QueueMethod.Bind(text(queue), text(exchange), text(key), false, FieldTable.EMPTY);
    }

    static QueueMethod.Delete delete(String queue) {
        return new QueueMethod.Delete(text(queue), false, false, false);
    }

    static ExchangeMethod.Declare declareExchange(String name, String type, boolean autoDelete) {
        return new ExchangeMethod.Declare(
                text(name), text(type), false, false, autoDelete, false, false, FieldTable.EMPTY);
    }

    static BasicMethod.Consume consume(String queue, String tag) {
        return new BasicMethod.Consume(text(queue), text(tag), false, false, false, false, FieldTable.EMPTY);
    }

    static BasicMethod.Get get(String queue) {
        return new BasicMethod.Get(text(queue), false);
    }

    static ConnectionMethod.Close closeConnection() {
        return new ConnectionMethod.Close(200, text("bye"), 0, 0);
    }
}
