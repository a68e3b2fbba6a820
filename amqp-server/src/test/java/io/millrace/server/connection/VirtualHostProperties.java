package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Random clients on several connections against {@link VirtualHostModel}: each answer, and what is left in the queues.
 */
class VirtualHostProperties {
    private static final int CLIENTS = 3;
    private static final int QUEUES = 3;

    private enum Kind {
        DECLARE,
        DELETE,
        PURGE,
        BIND,
        PUBLISH,
        PUBLISH_TO_ALL,
        GET,
        ACK,
        ACK_MULTIPLE,
        NACK,
        NACK_MULTIPLE,
        DROP_MESSAGE,
        CLOSE_CHANNEL,
        DROP_CONNECTION
    }

    /**
     * One step.
     *
     * @param back how many tags before the last one is meant, where it is about a delivery
     */
    private record Step(Kind kind, int client, int queue, int back) {
        String queueName() {
            return "q" + queue;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(List.of(
                Tuple.of(4, Kind.DECLARE),
                Tuple.of(1, Kind.DELETE),
                Tuple.of(1, Kind.PURGE),
                Tuple.of(3, Kind.BIND),
                Tuple.of(10, Kind.PUBLISH),
                Tuple.of(5, Kind.PUBLISH_TO_ALL),
                Tuple.of(10, Kind.GET),
                Tuple.of(3, Kind.ACK),
                Tuple.of(1, Kind.ACK_MULTIPLE),
                Tuple.of(3, Kind.NACK),
                Tuple.of(2, Kind.NACK_MULTIPLE),
                Tuple.of(1, Kind.DROP_MESSAGE),
                Tuple.of(1, Kind.CLOSE_CHANNEL),
                Tuple.of(1, Kind.DROP_CONNECTION)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, CLIENTS - 1),
                        Arbitraries.integers().between(0, QUEUES - 1),
                        Arbitraries.integers().between(0, 3))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    @Property(tries = 60)
    void clientsAreAnsweredByTheRules(@ForAll("steps") List<Step> steps) {
        TestBroker broker = new TestBroker();
        try {
            Run run = new Run(broker);
            for (int i = 0; i < steps.size(); i++) {
                run.play(steps.get(i), "m" + i);
            }
        } finally {
            broker.end();
        }
    }

    private static final class Run {
        private final TestBroker broker;
        private final VirtualHostModel model = new VirtualHostModel(CLIENTS);
        private final List<TestClient> clients = new ArrayList<>();
        /** The last delivery tag of each client before the step, which may close its channel. */
        private final long[] lastTags = new long[CLIENTS];

        Run(TestBroker broker) {
            this.broker = broker;
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(broker.open("client" + i));
            }
        }

        void play(Step step, String body) {
            List<String> expected = expected(step, body);
            List<String> answered = answered(step, body);
            assertEquals(expected, answered, step::toString);
            if (!answered.isEmpty() && answered.get(0).startsWith("1 channel.close")) {
                TestClient client = clients.get(step.client());
                client.send(1, new ChannelMethod.CloseOk());
                client.call(1, new ChannelMethod.Open(ShortString.EMPTY));
            }
            assertEquals(model.depths(), counts(false), step::toString);
            assertEquals(model.held(), counts(true), step::toString);
        }

        private Map<String, Integer> counts(boolean unacked) {
            Map<String, Integer> counts = new TreeMap<>();
            broker.virtualHost()
                    .queues()
                    .forEach(queue ->
                            counts.put(queue.name().toString(), unacked ? queue.unackedCount() : queue.readyCount()));
            return counts;
        }

        private List<String> expected(Step step, String body) {
            int client = step.client();
            long tag = tag(step);
            return switch (step.kind()) {
                case DECLARE -> model.declare(step.queueName());
                case DELETE -> model.delete(step.queueName());
                case PURGE -> model.purge(client, step.queueName());
                case BIND -> model.bind(client, step.queueName());
                case PUBLISH -> model.publish(step.queueName(), body);
                case PUBLISH_TO_ALL -> model.publishToAll(body);
                case GET -> model.get(client, step.queueName());
                case ACK -> model.settle(client, tag, false, null);
                case ACK_MULTIPLE -> model.settle(client, tag, true, null);
                case NACK -> model.settle(client, tag, false, true);
                case NACK_MULTIPLE -> model.settle(client, tag, true, true);
                case DROP_MESSAGE -> model.settle(client, tag, false, false);
                case CLOSE_CHANNEL, DROP_CONNECTION -> {
                    model.closeChannel(client);
                    yield List.of();
                }
            };
        }

        private long tag(Step step) {
            return Math.max(1, lastTags[step.client()] - step.back());
        }

        private List<String> answered(Step step, String body) {
            TestClient client = clients.get(step.client());
            long tag = tag(step);
            List<String> answers = switch (step.kind()) {
                case DECLARE -> client.call(1, Asks.declare(step.queueName()));
                case DELETE -> client.call(1, Asks.delete(step.queueName()));
                case PURGE -> client.call(1, new QueueMethod.Purge(ShortString.of(step.queueName()), false));
                case BIND -> client.call(1, Asks.bind(step.queueName(), "amq.fanout", ""));
                case PUBLISH -> publish(client, "", step.queueName(), body);
                case PUBLISH_TO_ALL -> publish(client, "amq.fanout", "", body);
                case GET -> client.call(1, Asks.get(step.queueName()));
                case ACK -> client.call(1, new BasicMethod.Ack(tag, false));
                case ACK_MULTIPLE -> client.call(1, new BasicMethod.Ack(tag, true));
                case NACK -> client.call(1, new BasicMethod.Nack(tag, false, true));
                case NACK_MULTIPLE -> client.call(1, new BasicMethod.Nack(tag, true, true));
                case DROP_MESSAGE -> client.call(1, new BasicMethod.Nack(tag, false, false));
                case CLOSE_CHANNEL -> reopen(client);
                case DROP_CONNECTION -> reconnect(step.client());
            };
            lastTags[step.client()] = model.lastTag(step.client());
            return answers;
        }

        private List<String> publish(TestClient client, String exchange, String key, String body) {
            client.addPublish(1, exchange, key, body, true, false).flush();
            broker.settle();
            return client.take();
        }

        private List<String> reopen(TestClient client) {
            client.call(1, new ChannelMethod.Close(200, ShortString.EMPTY, 0, 0));
            client.call(1, new ChannelMethod.Open(ShortString.EMPTY));
            return List.of();
        }

        private List<String> reconnect(int index) {
            clients.get(index).drop();
            broker.settle();
            clients.set(index, broker.open("client" + index));
            return List.of();
        }
    }
}
