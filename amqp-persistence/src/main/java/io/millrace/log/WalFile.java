package io.millrace.log;

/** One write-ahead file in use: how it is called and how many live messages it holds. */
final class WalFile {
    final long number;
    final String name;
    /** In octets. */
    final long size;
    /** Messages in it that are neither acknowledged nor of a deleted queue; kept by {@link LiveMessages}. */
    int live;
    /** Something in it is for messages in segments: before it is given up the checkpoint must know of that. */
    boolean segmentEffects;
    /** What is needed of it is being copied to segments. */
    boolean retiring;
    /** The disk could not read all of it: it is not to be used again, but kept for whoever wants to look. */
    boolean unreadable;
    /** Nothing in it is needed any more. Set by the segment thread. */
    volatile boolean retired;

    WalFile(long number, long size) {
        this.number = number;
        this.name = FileShelf.walName(number);
        this.size = size;
    }

    /** Where records must end, so that there is room for END. */
    long limit() {
        return size - RecordFormat.END_BYTES;
    }

    @Override
    public String toString() {
        return name;
    }
}
