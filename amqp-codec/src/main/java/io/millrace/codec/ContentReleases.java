package io.millrace.codec;

/** Lets go of the contents of many messages: once for all that are in the same block and follow each other. */
public final class ContentReleases {
    private ContentBlock block;
    private int count;

    void add(ContentBlock released) {
        if (released != block) {
            flush();
            block = released;
        }
        count++;
    }

    /** No more contents follow for now. */
    public void flush() {
        ContentBlock released = block;
        block = null;
        if (released != null) {
            int holds = count;
            count = 0;
            released.release(holds);
        }
    }
}
