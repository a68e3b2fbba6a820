package io.millrace.log;

/** What "durable" means. */
public enum SyncMode {
    /** Written and forced to stable storage: survives a power failure. */
    FSYNC,
    /** Handed to the operating system: survives the end of the process, not a power failure. */
    OS
}
