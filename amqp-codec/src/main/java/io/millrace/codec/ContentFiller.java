package io.millrace.codec;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Puts what arrives on one event loop into blocks. Belongs to that loop. */
public final class ContentFiller {
    /** A larger body gets an array of its own: with it the end of a block would often stay empty. */
    private static final int BODY_OCTETS_MAX = ContentBlock.OCTETS / 8;

    private final ContentBlocks blocks;
    private ContentBlock block;
    private int filled;
    private int bodies;
    /** The property list of the last content: messages in a row often have the same. */
    private byte[] properties = {};

    ContentFiller(ContentBlocks blocks) {
        this.blocks = blocks;
    }

    /**
     * Copies a content that came in one piece into a block. Whoever gets it holds the block until
     * {@link Content#release}.
     *
     * @param list begins with a property list of {@code listLength} octets
     * @return null when it is too large or no block is free
     */
    public Content fill(byte[] list, int listLength, ByteBuf in, int offset, int length) {
        if (length > BODY_OCTETS_MAX || !hasRoom(length)) {
            return null;
        }
        if (!Arrays.equals(properties, 0, properties.length, list, 0, listLength)) {
            properties = Arrays.copyOf(list, listLength);
        }
        int start = filled;
        in.getBytes(offset, block.octets(), start, length);
        filled += length;
        bodies++;
        return Content.inBlock(properties, block, start, length);
    }

    private boolean hasRoom(int length) {
        if (block != null && ContentBlock.OCTETS - filled >= length) {
            return true;
        }
        if (block != null) {
            ContentBlock full = block;
            block = null;
            full.end(bodies);
        }
        block = blocks.take();
        filled = 0;
        bodies = 0;
        return block != null;
    }
}
