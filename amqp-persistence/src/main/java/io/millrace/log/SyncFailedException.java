package io.millrace.log;

import java.io.IOException;

/** A sync failed: what is on the disk is not known any more, and another try would not tell. */
public final class SyncFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public SyncFailedException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
