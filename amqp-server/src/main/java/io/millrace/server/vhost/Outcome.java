package io.millrace.server.vhost;

/** What came of an administrator's command. */
public enum Outcome {
    DONE,
    /** There is one of that name already; nothing was changed. */
    EXISTS,
    NO_SUCH_USER,
    NO_SUCH_VHOST,
    /** There is nothing of that name. */
    NOT_FOUND
}
