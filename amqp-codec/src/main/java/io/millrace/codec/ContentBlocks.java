package io.millrace.codec;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * All blocks of a process. There are only so many, whatever becomes of them: one message that nobody fetches keeps a
 * whole block, and when such messages keep all, those that arrive get arrays of their own. Any thread.
 */
public final class ContentBlocks {
    private final int blocksMax;
    /** The one that came back last goes out first: the processor's cache may still have it. */
    private final ConcurrentLinkedDeque<ContentBlock> free = new ConcurrentLinkedDeque<>();

    /** A reference for each that there is, so that one that got lost makes room for another. */
    private final Set<Reference<ContentBlock>> existing = ConcurrentHashMap.newKeySet();

    private final ReferenceQueue<ContentBlock> lost = new ReferenceQueue<>();

    /** @param octetsMax what all blocks may take together */
    public ContentBlocks(long octetsMax) {
        this.blocksMax = (int) Math.min(Integer.MAX_VALUE, octetsMax / ContentBlock.OCTETS);
    }

    /** A filler for one thread. */
    public ContentFiller filler() {
        return new ContentFiller(this);
    }

    /** A block that nobody holds, or null when there is none. */
    ContentBlock take() {
        ContentBlock block = free.pollFirst();
        if (block == null) {
            block = create();
        }
        if (block != null) {
            block.begin();
        }
        return block;
    }

    /** A few more than there may be when several threads come at once, one each at most. */
    private ContentBlock create() {
        for (Reference<?> gone = lost.poll(); gone != null; gone = lost.poll()) {
            existing.remove(gone);
        }
        if (existing.size() >= blocksMax) {
            return null;
        }
        ContentBlock block = new ContentBlock(this);
        existing.add(new PhantomReference<>(block, lost));
        return block;
    }

    void giveBack(ContentBlock block) {
        free.addFirst(block);
    }
}
