package io.millrace.server.queue;

import io.millrace.server.queue.DueMessages.Waiting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * What a {@link DelayQueue} holds: a {@link Lane} for each slot of the {@link TimeWheel} that was ever used. The lanes
 * of far-off times stay on the disk, all but what came while there was room in memory.
 */
final class DelayLanes extends QueueContents {
    private final DelayQueue queue;
    private final QueueMemory memory;
    private final DueMessages ready = new DueMessages();
    private final Lane[] lanes = new Lane[TimeWheel.LANES];
    private final List<Lane> used = new ArrayList<>();
    /** When each lane is to be read, by the time of day: {@link DueTimes#NEVER} when nothing of it is stored. */
    private final long[] opensAt = new long[TimeWheel.LANES];

    /** Lanes of which something of the batch under way goes to the store. */
    private final BitSet withPaging = new BitSet(TimeWheel.LANES);
    /** Lanes of an earlier run by the request that finds out what times they are of. */
    private final IdentityHashMap<ReadAhead, Integer> looks = new IdentityHashMap<>();

    /** Lanes of an earlier run that nobody has looked into. */
    private final List<Lane> unknown = new ArrayList<>();

    private long stored;

    DelayLanes(DelayQueue queue, QueueMemory memory) {
        this.queue = queue;
        this.memory = memory;
        Arrays.fill(opensAt, DueTimes.NEVER);
    }

    private long now() {
        return queue.home().currentTimeMillis();
    }

    private Lane lane(int number) {
        Lane lane = lanes[number];
        if (lane == null) {
            int storeId = queue.id() + number;
            Backlog backlog = new Backlog(queue, storeId, memory, ready, ready.share(number));
            lane = new Lane(queue, storeId, memory, ready, backlog, TimeWheel.firstSequence(number));
            lanes[number] = lane;
            used.add(lane);
        }
        return lane;
    }

    private int numberOf(Lane lane) {
        return lane.storeId() - queue.id();
    }

    @Override
    DueMessages ready() {
        return ready;
    }

    @Override
    long waiting() {
        return ready.inMemory() + stored;
    }

    @Override
    boolean isStored() {
        return stored != 0;
    }

    /** The lane had so many messages in the store alone, and may have more or fewer now. */
    private void storedChanged(int number, long before) {
        long left = lanes[number].stored();
        stored += left - before;
        if (left == 0) {
            opensAt[number] = DueTimes.NEVER;
        }
    }

    @Override
    long waitingBytes() {
        long bytes = ready.bytesInMemory();
        for (Lane lane : used) {
            bytes += lane.storedBytes();
        }
        return bytes;
    }

    /** Nobody asks: no limit applies here. */
    @Override
    boolean isMeasured() {
        return false;
    }

    @Override
    void measure() {
        used.forEach(Lane::measure);
    }

    @Override
    boolean canDropUnread() {
        return false;
    }

    @Override
    long dropUnread(long most) {
        return 0;
    }

    @Override
    boolean enqueue(PublishBatch batch) {
        boolean written = false;
        for (int i = 0; i < batch.count(); i++) {
            written |= enqueue(batch.message(i), batch);
        }
        boolean pageWritten = page(batch);
        return written || pageWritten;
    }

    @Override
    boolean enqueue(Message message, PublishBatch batch) {
        long now = now();
        long due = message.envelope().arrivedAt();
        int number = TimeWheel.laneFor(due, now);
        Lane lane = lane(number);
        long before = lane.stored();
        boolean written = lane.enqueue(message, batch);
        if (lane.stored() != before) {
            withPaging.set(number);
            opensAt[number] = Math.min(opensAt[number], TimeWheel.opensAt(number, due, now));
            storedChanged(number, before);
        }
        return written;
    }

    @Override
    boolean page(PublishBatch batch) {
        boolean written = false;
        for (int number = withPaging.nextSetBit(0); number >= 0; number = withPaging.nextSetBit(number + 1)) {
            written |= lanes[number].page(batch);
        }
        withPaging.clear();
        return written;
    }

    @Override
    void delivered(Message message, long sequence) {
        // Nobody consumes here.
    }

    @Override
    boolean putBack(Message message, long sequence, boolean failed) {
        ready.putBack(message, sequence);
        return true;
    }

    @Override
    void forget(Message message, long sequence) {
        lanes[TimeWheel.laneOf(sequence)].forget(message, sequence);
    }

    @Override
    void moved(Message message, long sequence) {
        lanes[TimeWheel.laneOf(sequence)].moved(message, sequence);
    }

    @Override
    LogPlace place(Message message, long sequence) {
        return lanes[TimeWheel.laneOf(sequence)].place(message, sequence);
    }

    @Override
    void flush() {
        used.forEach(Lane::flush);
    }

    /** Those lanes whose time has come, the nearest times first: the others have some time left. */
    @Override
    void readIfLow() {
        look();
        long opening = DueTimes.NEVER;
        long now = now();
        for (int number = lanes.length - 1; number >= 0; number--) {
            if (opensAt[number] > now) {
                opening = Math.min(opening, opensAt[number]);
            } else if (!queue.isBusyBurying()) {
                read(lanes[number], TimeWheel.isFinest(number));
            }
        }
        ready.openingAt(opening);
    }

    /**
     * A coarse lane is emptied: what there is no room for goes to finer ones. What a lane has in memory is no earlier
     * than what it has in the store, so that it does not count how much that is.
     */
    private void read(Lane lane, boolean finest) {
        if (!finest || hasRoomFor(memory.blockMessages(), memory.blockBytes())) {
            lane.read();
        } else {
            lane.readIfLow();
        }
    }

    @Override
    void read() {
        readIfLow();
    }

    /** Has the first message of each lane of an earlier run, to see when it is to be read. */
    private void look() {
        for (Lane lane : unknown) {
            ReadAhead look = new ReadAhead(queue, lane.storeId(), 0, 1, 1, true);
            looks.put(look, numberOf(lane));
            memory.store().read(look);
        }
        unknown.clear();
    }

    @Override
    boolean arrived(ReadAhead block) {
        if (looks.containsKey(block)) {
            int number = looks.remove(block);
            long due = block.count() == 0 ? 0 : block.message(0).envelope().arrivedAt();
            if (lanes[number].stored() != 0) {
                opensAt[number] = Math.min(opensAt[number], TimeWheel.opensAt(number, due, now()));
            }
            return true;
        }
        int number = block.storeId() - queue.id();
        Lane lane = lanes[number];
        long before = lane.stored();
        boolean fits = TimeWheel.isFinest(number) || hasRoomFor(block);
        boolean wanted = fits ? lane.arrived(block) : lane.accept(block);
        storedChanged(number, before);
        if (wanted && !fits) {
            for (int i = 0; i < block.count(); i++) {
                queue.move(block.message(i), block.sequence(i));
            }
        }
        return wanted;
    }

    private boolean hasRoomFor(ReadAhead block) {
        long bytes = 0;
        for (int i = 0; i < block.count(); i++) {
            bytes += block.message(i).content().bodyLength();
        }
        return hasRoomFor(block.count(), bytes);
    }

    private boolean hasRoomFor(int messages, long bytes) {
        // Where memory is scarce a block is never few enough.
        return !memory.isFull(Integer.MAX_VALUE, ready.inMemory(), ready.bytesInMemory(), messages, bytes);
    }

    @Override
    void purgeStored() {
        for (Lane lane : used) {
            long before = lane.stored();
            lane.purgeStored();
            storedChanged(numberOf(lane), before);
        }
    }

    @Override
    void delete() {
        for (Lane lane : used) {
            long before = lane.stored();
            lane.delete();
            storedChanged(numberOf(lane), before);
        }
        looks.clear();
    }

    @Override
    void recovered(int storeId, long messages, long lastSequence, long deliveredUpTo) {
        Lane lane = lane(storeId - queue.id());
        lane.recovered(storeId, messages, lastSequence, 0);
        storedChanged(numberOf(lane), 0);
        if (lane.stored() != 0) {
            unknown.add(lane);
        }
    }

    @Override
    void deliveredUpTo(DeliveredUpTo target) {
        // Nobody consumes here.
    }

    /** Takes one out that is in memory; null when none there passes. Its number is the polled one of the ready. */
    Message takeFromMemory(Predicate<Waiting> wanted) {
        return ready.remove(wanted);
    }

    /** Those that are in memory. */
    List<Waiting> inMemory() {
        return ready.all();
    }

    /**
     * Lanes with messages in the store alone, those of the nearest times first.
     *
     * @param wanted says of a lane's time if it is of interest
     */
    List<Integer> storedLanes(LongPredicate wanted) {
        List<Integer> numbers = new ArrayList<>();
        for (Lane lane : used) {
            if (lane.stored() != 0 && wanted.test(opensAt[numberOf(lane)])) {
                numbers.add(numberOf(lane));
            }
        }
        numbers.sort(Comparator.comparingLong(number -> opensAt[number]));
        return numbers;
    }

    /** When the messages of the lane begin to be due, or a little earlier. */
    long opensAt(int number) {
        return opensAt[number];
    }

    /** Which messages of a lane are in the store alone: those above this number. */
    long storedAfter(int number) {
        return lanes[number].storedAfter();
    }

    /** Takes one out that is in the store alone; false when the lane is being read, and it has to be tried again. */
    boolean dropStored(long sequence) {
        int number = TimeWheel.laneOf(sequence);
        long before = lanes[number].stored();
        boolean dropped = lanes[number].dropStored(sequence);
        storedChanged(number, before);
        return dropped;
    }
}
