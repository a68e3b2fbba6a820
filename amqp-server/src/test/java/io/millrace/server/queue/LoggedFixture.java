package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.log.AppendBatch;
import io.millrace.log.LogConfig;
import io.millrace.log.LogInspection;
import io.millrace.log.SteppedLog;
import io.millrace.log.SyncMode;
import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.WrittenPlaces.Place;
import io.millrace.server.store.DurableNotifier;
import io.millrace.server.store.QueueRecovery;
import io.millrace.server.store.SegmentMessageStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Queues on two loops, a client on a third one, and a log on a disk that fails on demand; what happens next, and where
 * it breaks off, is the test's. One life after the other: {@link #afterCrash} begins the next one.
 */
final class LoggedFixture {
    private static final LogConfig CONFIG = new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096);
    /** Where in each file its format version is. */
    private static final int VERSION_FROM = 8;

    private static final int VERSION_TO = 12;
    private static final List<Survival> SURVIVALS = List.of(Survival.values());

    final TestLoop.Stage stage = new TestLoop.Stage();
    final BrokerCounters counters = new BrokerCounters();
    final WrittenPlaces places;
    final LoggedLoop home;
    final LoggedLoop other;
    final LoggedLoop client;
    final RecordingOrigin origin;
    /** By what each of them has in the log. */
    final Map<Integer, Queue> queues = new HashMap<>();

    private final SegmentMessageStore store = new SegmentMessageStore();
    private final QueueMemory memory;
    private final FaultyFiles files;
    private final Function<LoggedFixture, List<Queue>> maker;
    private final IntPredicate holdsMessages;
    private final int messagesMax;
    private final Consumer<List<AppendBatch>> notifier;
    private final SteppedLog log;

    /** Whether a sync or a write of the log failed, and so the process ends. */
    private boolean broken;

    /**
     * @param maker makes the queues, which have no more than some messages in memory
     * @param holdsMessages whether there are messages under an id in the log, and nothing else
     */
    LoggedFixture(Function<LoggedFixture, List<Queue>> maker, IntPredicate holdsMessages, int messagesMax)
            throws IOException {
        this(maker, holdsMessages, messagesMax, new FaultyFiles(), 0, Map.of());
    }

    private LoggedFixture(
            Function<LoggedFixture, List<Queue>> maker,
            IntPredicate holdsMessages,
            int messagesMax,
            FaultyFiles files,
            long later,
            Map<Integer, Set<Place>> found)
            throws IOException {
        this.maker = maker;
        this.holdsMessages = holdsMessages;
        this.messagesMax = messagesMax;
        this.files = files;
        this.memory = new QueueMemory(bytes -> {}, store, messagesMax, Long.MAX_VALUE);
        this.places = new WrittenPlaces(holdsMessages);
        places.recovered(found);
        this.home = new LoggedLoop(stage, "home", counters, places);
        this.other = new LoggedLoop(stage, "other", counters, places);
        this.client = new LoggedLoop(stage, "client", counters, places);
        loops().forEach(loop -> loop.inner().later(later));
        this.origin = new RecordingOrigin(client);
        List<Queue> made = maker.apply(this);
        made.forEach(this::register);
        this.log = SteppedLog.open(files, CONFIG, new QueueRecovery(queues));
        loops().forEach(loop -> loop.open(log::submit));
        store.open(log.segments());
        DurableNotifier all = new DurableNotifier(
                List.copyOf(loops()),
                cause -> {
                    throw new AssertionError(cause);
                },
                full -> {});
        this.notifier = group -> {
            places.written(group.stream().anyMatch(AppendBatch::needsSync));
            all.durable(group);
        };
        made.forEach(queue -> on(queue, queue::started));
    }

    private List<LoggedLoop> loops() {
        return List.of(home, other, client);
    }

    private void register(Queue queue) {
        for (int i = 0; i < queue.kind().storeIds(); i++) {
            queues.put(queue.id() + i, queue);
        }
        queues.put(queue.retryStoreId(), queue);
        queues.put(QueueKind.keysStoreId(queue.id()), queue);
    }

    Queue queue(int id, LoggedLoop loop, QueueLifecycle lifecycle, QueueRules rules, QueueKind kind) {
        return new Queue(settings(id), loop, lifecycle, memory, rules, kind);
    }

    DeduplicationGate gate(int id, DeduplicationRules rules, DeduplicationGate.Routing routing) {
        return new DeduplicationGate(settings(id), home, gone -> {}, memory, rules, routing);
    }

    private static QueueSettings settings(int id) {
        return new QueueSettings(id, "/", ShortString.of("q" + id), true, false, null, FieldTable.EMPTY);
    }

    long now() {
        return home.currentTimeMillis();
    }

    void on(Queue queue, Runnable action) {
        ((LoggedLoop) queue.home()).inner().on(action);
    }

    void elapse(long millis) {
        loops().forEach(loop -> loop.inner().elapse(millis));
    }

    PublishBatch publish(Queue queue, Message... messages) {
        PublishBatch batch = new PublishBatch(queue, origin);
        for (Message message : messages) {
            batch.add(message);
        }
        batch.awaitedBy(this);
        client.inner().on(batch::handOver);
        return batch;
    }

    /** Somebody does something, by chance; false when what failed ends the process. */
    boolean step(Random random) throws IOException {
        switch (random.nextInt(6)) {
            case 0, 1 -> home.inner().runOne();
            case 2 -> other.inner().runOne();
            case 3 -> client.inner().runOne();
            case 4 -> write();
            default -> stepSegments();
        }
        return !broken;
    }

    /** Something is about to fail, by chance. */
    void injectFault(Random random) {
        switch (random.nextInt(5)) {
            case 0 -> files.failWrite(1 + random.nextInt(4), random.nextInt(2000));
            case 1 -> files.limitSpace(random.nextInt(3000));
            case 2 -> files.failForce(1 + random.nextInt(3));
            case 3 -> files.failDirectoryForce(1 + random.nextInt(3));
            default -> files.limitSpace(Long.MAX_VALUE);
        }
    }

    private boolean write() throws IOException {
        try {
            return !broken && log.write(notifier);
        } catch (IOException e) {
            // The segments have a thread of their own, and may get to what they were told before they hear of it.
            stepSegments();
            stepSegments();
            fails(e);
            return false;
        }
    }

    private boolean stepSegments() throws IOException {
        try {
            return !broken && log.stepSegments();
        } catch (IOException e) {
            // A full disk is waited for.
            if (e.getMessage().contains("force")) {
                fails(e);
            }
            return false;
        }
    }

    private void fails(IOException e) {
        assertTrue(e.getMessage().matches(".*(injected|space).*"), e.toString());
        broken = true;
    }

    /** Goes on until there is nothing to do, on a disk without faults; false when what failed ends the process. */
    boolean settleDown() throws IOException {
        files.limitSpace(Long.MAX_VALUE);
        files.failWrite(0, 0);
        files.failForce(0);
        files.failDirectoryForce(0);
        while (home.inner().runOne()
                || other.inner().runOne()
                || client.inner().runOne()
                || write()
                || stepSegments()) {
            // All that it does is in the condition.
        }
        return !broken;
    }

    /**
     * What a crash has left.
     *
     * @param damaged whether there is a hole in what was not synced: what is behind it need not make sense with it
     */
    record Left(
            FaultyFiles files, Map<Integer, Set<Place>> places, Map<Integer, Set<MessageKey>> keys, boolean damaged) {}

    /**
     * The power fails, or the process is killed. What is left is checked against what was written, unless a hole in the
     * last file counts as damage.
     */
    Left crash(Random random) throws IOException {
        Survival survival = SURVIVALS.get(random.nextInt(SURVIVALS.size()));
        FaultyFiles left = files.crash(survival, random);
        Left all = read(left);
        if (!all.damaged()) {
            places.check(all.places(), survival == Survival.EVERYTHING);
        }
        return all;
    }

    /**
     * What is left when the disk has changed a bit of it besides. Not of the format version: nobody starts with what
     * another version seems to have written.
     */
    Left withFlippedBit(Left left, Random random) throws IOException {
        FaultyFiles flipped = left.files().copy();
        List<String> names = flipped.list();
        String name = names.get(random.nextInt(names.size()));
        int length = flipped.content(name).length;
        int octet = length == 0 ? 0 : random.nextInt(length);
        if (length > 0 && (octet < VERSION_FROM || octet >= VERSION_TO)) {
            flipped.flipBit(name, octet, random.nextInt(Byte.SIZE));
        }
        return read(flipped);
    }

    private Left read(FaultyFiles left) throws IOException {
        boolean[] damaged = new boolean[1];
        LogInspection.inspect(left.copy(), queues::containsKey, (file, offset, what) -> damaged[0] = true);
        Map<Integer, Set<Place>> found = new HashMap<>();
        Map<Integer, Set<MessageKey>> keys = new HashMap<>();
        SteppedLog.contents(left.copy(), CONFIG, queues::containsKey)
                .forEach((storeId, messages) -> read(storeId, messages, found, keys));
        return new Left(left, found, keys, damaged[0]);
    }

    private void read(
            int storeId,
            NavigableMap<Long, byte[]> messages,
            Map<Integer, Set<Place>> found,
            Map<Integer, Set<MessageKey>> keys) {
        messages.forEach((sequence, octets) -> {
            Message message = Message.read(octets);
            if (holdsMessages.test(storeId)) {
                RetryState retry =
                        message.envelope() == null ? null : message.envelope().retry();
                found.computeIfAbsent(WrittenPlaces.id(message), id -> new HashSet<>())
                        .add(new Place(storeId, sequence, retry));
            } else if (QueueKind.areKeys(storeId)) {
                keys.computeIfAbsent(storeId, id -> new LinkedHashSet<>())
                        .add(MessageKey.ofOctets(message.routingKey()));
            }
        });
    }

    /** The next life. */
    LoggedFixture afterCrash(Left left) throws IOException {
        return new LoggedFixture(
                maker, holdsMessages, messagesMax, left.files(), now() - TestLoop.MIDNIGHT, left.places());
    }

    /** The next message of a queue comes to the client some time, or none. */
    GetRequest get(Queue queue, List<GetRequest> answered) {
        GetRequest request = new GetRequest(queue, false, client, answered::add);
        client.inner().on(request::send);
        return request;
    }

    void settle(GetRequest got, SettleBatch.Outcome outcome) {
        SettleBatch batch = new SettleBatch(got.queue().getter(), outcome);
        batch.add(got.message(), got.sequence());
        client.inner().on(batch::handOver);
    }

    /** Takes what is ready in a queue. */
    List<GetRequest> takeAll(Queue queue) throws IOException {
        List<GetRequest> all = new ArrayList<>();
        while (true) {
            List<GetRequest> answered = new ArrayList<>();
            get(queue, answered);
            settleDown();
            if (answered.isEmpty() || answered.get(0).message() == null) {
                return all;
            }
            all.add(answered.get(0));
        }
    }
}
