package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Route;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Queues with retries over a disk that fails: after each crash a message is where some record put it that may have
 * survived, once, with its counts and the time when it is due; and each that is there comes out of its queue once.
 */
class RetriesCrashProperties {
    private static final int ID = 100;
    private static final int DEAD_ID = 300;
    private static final int LIMIT = 2;
    private static final List<QueueKind> KINDS =
            List.of(QueueKind.PLAIN, QueueKind.QUORUM, new QueueKind(new Priorities(3, 0), false));

    private static final class Run implements QueueLifecycle {
        private final Random random;
        private final RetryRules rules;
        private final QueueKind kind;
        private final boolean buries;
        private LoggedFixture fixture;
        private Queue queue;
        private Queue dead;
        /** What is in the queues in this life, and how often: a hole in the log may leave something twice. */
        private final Map<Integer, Integer> there = new TreeMap<>();

        private final List<GetRequest> out = new ArrayList<>();
        private List<GetRequest> answered = new ArrayList<>();
        private int published;

        Run(Random random) throws IOException {
            this.random = random;
            this.rules = new RetryRules(
                    true, random.nextBoolean(), 1 + random.nextInt(300), 1 + random.nextInt(900), random.nextInt(4), 0);
            this.kind = KINDS.get(random.nextInt(KINDS.size()));
            this.buries = random.nextBoolean();
            this.fixture = new LoggedFixture(this::queues, this::holdsMessages, random.nextBoolean() ? 3 : 1000);
        }

        private List<Queue> queues(LoggedFixture made) {
            QueueRules withRetry = QueueRules.PLAIN.withDeliveryLimit(LIMIT).withRetry(rules);
            QueueRules all = buries
                    ? withRetry.withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, false))
                    : withRetry;
            queue = made.queue(ID, made.home, this, all, kind);
            dead = made.queue(DEAD_ID, random.nextBoolean() ? made.home : made.other, this, QueueRules.PLAIN, kind);
            return List.of(queue, dead);
        }

        /** Quorum queues keep notes of deliveries as well. */
        private boolean holdsMessages(int storeId) {
            int notes = kind.quorum() ? kind.priorities().count() : -1;
            return QueueKind.areMessages(storeId) && storeId != ID + notes && storeId != DEAD_ID + notes;
        }

        @Override
        public void servedItsPurpose(Queue gone) {}

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            return Route.of(dead);
        }

        void run() throws IOException {
            int lives = 1 + random.nextInt(4);
            for (int life = 0; life < lives; life++) {
                live();
                if (life == lives - 1 && random.nextBoolean() && fixture.settleDown()) {
                    takeAnswers();
                    break;
                }
                die();
            }
            finish();
        }

        private void live() throws IOException {
            int actions = random.nextInt(150);
            boolean goesOn = true;
            for (int i = 0; i < actions && goesOn; i++) {
                act();
                for (int steps = random.nextInt(8); steps > 0 && goesOn; steps--) {
                    goesOn = fixture.step(random);
                }
                takeAnswers();
            }
        }

        private void act() {
            int dice = random.nextInt(100);
            if (dice < 25) {
                publish();
            } else if (dice < 60) {
                fixture.get(random.nextInt(10) == 0 ? dead : queue, answered);
            } else if (dice < 80) {
                fixture.elapse(random.nextInt(300));
            } else if (dice < 82) {
                fixture.injectFault(random);
            } else if (!out.isEmpty()) {
                settle(out.remove(random.nextInt(out.size())));
            }
        }

        private void publish() {
            Message[] messages = new Message[1 + random.nextInt(4)];
            for (int i = 0; i < messages.length; i++) {
                byte[] body = ByteBuffer.allocate(4 + random.nextInt(200))
                        .putInt(published)
                        .array();
                BasicProperties properties = BasicProperties.builder()
                        .deliveryMode(2)
                        .priority(random.nextInt(3))
                        .build();
                messages[i] =
                        new Message(ShortString.EMPTY, ShortString.of("q"), Messages.content(properties, body), false);
                there.put(published++, 1);
            }
            fixture.publish(queue, messages);
        }

        private void settle(GetRequest got) {
            int dice = random.nextInt(10);
            Outcome outcome = dice < 2 ? Outcome.ACKNOWLEDGE : dice < 7 ? Outcome.REQUEUE_FAILED : Outcome.REQUEUE;
            if (outcome == Outcome.ACKNOWLEDGE) {
                done(got);
            }
            fixture.settle(got, outcome);
        }

        private void takeAnswers() {
            for (GetRequest answer : answered) {
                if (answer.message() != null) {
                    int id = WrittenPlaces.id(answer.message());
                    out.add(answer);
                    long times = out.stream()
                            .filter(other -> WrittenPlaces.id(other.message()) == id)
                            .count();
                    assertTrue(times <= there.getOrDefault(id, 0), () -> id + " came once more than it is there");
                }
            }
            answered.clear();
        }

        private void die() throws IOException {
            LoggedFixture.Left left = fixture.crash(random);
            checkFlippedBit(left);
            there.clear();
            left.places().forEach((id, places) -> there.put(id, places.size()));
            out.clear();
            answered = new ArrayList<>();
            fixture = fixture.afterCrash(left);
        }

        /** One bit keeps nobody from starting, and makes no message up. */
        private void checkFlippedBit(LoggedFixture.Left left) throws IOException {
            LoggedFixture.Left flipped = fixture.withFlippedBit(left, random);
            assertTrue(flipped.places().keySet().stream().allMatch(id -> id < published), "something was made up");
        }

        /** All that is there comes, but what is parked, and that is as much as is said to be. */
        private void finish() throws IOException {
            out.forEach(got -> fixture.settle(got, Outcome.REQUEUE_FAILED));
            out.clear();
            fixture.settleDown();
            fixture.elapse(100_000);
            fixture.settleDown();
            for (Queue each : List.of(queue, dead)) {
                List<GetRequest> taken = fixture.takeAll(each);
                answered.addAll(taken);
                takeAnswers();
                out.forEach(this::done);
                out.clear();
            }
            int[] parked = new int[1];
            fixture.on(queue, () -> parked[0] = queue.purge());
            assertEquals(
                    there.values().stream().mapToInt(times -> times).sum(), parked[0], () -> "did not come: " + there);
        }

        private void done(GetRequest got) {
            there.computeIfPresent(WrittenPlaces.id(got.message()), (id, times) -> times == 1 ? null : times - 1);
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void eachMessageIsThereOnceWithItsCounts(@ForAll long seed) throws IOException {
        new Run(new Random(seed)).run();
    }
}
