package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expressions with which test suites of clients change a broker. */
class EvalIT {
    @Test
    void settingsAreReadAndChanged() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("eval")) {
            String get = "{ok, V} = application:get_env(rabbit, loopback_users), V.";
            assertEquals(List.of("[<<\"guest\">>]"), broker.rabbitmqctl("eval", get));
            setLoopbackUsers(broker, "[]");
            assertEquals(List.of("[]"), broker.rabbitmqctl("eval", get));
            // What get printed comes back with the end of its line.
            setLoopbackUsers(broker, "[<<\"guest\">>, <<\"other\">>]\n");
            assertEquals(List.of("[<<\"guest\">>,<<\"other\">>]"), broker.rabbitmqctl("eval", get));

            broker.rabbitmqctl("eval", "application:set_env(rabbit, channel_max, 48).");
            assertEquals(48, channelMax(broker.connectionFactory()));
            broker.rabbitmqctl("eval", "application:set_env(rabbit, channel_max, 0).");
            assertEquals(65_535, channelMax(broker.connectionFactory()));
        }
    }

    @Test
    void otherExpressionsAreRefusedAndChangeNothing() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("eval")) {
            assertThrows(AssertionError.class, () -> setLoopbackUsers(broker, "[guest]"));
            assertThrows(AssertionError.class, () -> setLoopbackUsers(broker, "[<<\"guest\">> <<\"other\">>]"));
            assertThrows(AssertionError.class, () -> broker.rabbitmqctl("eval", "1 + 1."));
            assertEquals(
                    List.of("[<<\"guest\">>]"),
                    broker.rabbitmqctl("eval", "{ok,V}=application:get_env(rabbit,loopback_users),V."));
        }
    }

    private static void setLoopbackUsers(BrokerProcess broker, String users) throws Exception {
        assertEquals(
                List.of("ok"),
                broker.rabbitmqctl("eval", "application:set_env(rabbit, loopback_users, " + users + ")."));
    }

    private static int channelMax(ConnectionFactory factory) throws Exception {
        factory.setRequestedChannelMax(0);
        try (Connection connection = factory.newConnection()) {
            return connection.getChannelMax();
        }
    }
}
