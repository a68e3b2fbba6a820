package io.millrace.codec;

import io.netty.buffer.ByteBuf;

/** Puts what arrives on one event loop into blocks. Belongs to that loop. */
public final class ContentFiller {
    /** A larger body gets an array of its own: with it the end of a block would often stay empty. */
    private static final int BODY_OCTETS_MAX = ContentBlock.OCTETS / 8;

    private final ContentBlocks blocks;
    private ContentBlock block;
    private int filled;
    private int bodies;

    ContentFiller(ContentBlocks blocks) {
        this.blocks = blocks;
    }

    /**
     * Copies a content that came in one piece into a block. Whoever gets it holds the block until
     * {@link Content#release}.
     *
     * @param properties a valid property list, which the content shares
     * @return null when it is too large or no block is free
     */
    public Content fill(byte[] properties, ByteBuf in, int offset, int length) {
        if (length > BODY_OCTETS_MAX || !hasRoom(length)) {
            return null;
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
