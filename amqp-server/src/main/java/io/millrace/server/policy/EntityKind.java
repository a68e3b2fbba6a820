package io.millrace.server.policy;

/** What policies tell apart among the things that they may apply to. */
public enum EntityKind {
    CLASSIC_QUEUE,
    QUORUM_QUEUE,
    STREAM,
    EXCHANGE
}
