/**
 * Between the queues and the message log: gathers what the queues of a loop write
 * ({@link io.millrace.server.store.LoopJournal}), tells publishers what became durable
 * ({@link io.millrace.server.store.DurableNotifier}), tells queues what was recovered
 * ({@link io.millrace.server.store.QueueRecovery}), and keeps what they have no room for in memory
 * ({@link io.millrace.server.store.SegmentMessageStore}).
 */
package io.millrace.server.store;
