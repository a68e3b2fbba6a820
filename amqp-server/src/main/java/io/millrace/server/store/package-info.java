/**
 * Between the queues and the message log: gathers what the queues of a loop write
 * ({@link io.millrace.server.store.LoopJournal}), tells publishers what became durable
 * ({@link io.millrace.server.store.DurableNotifier}), and gives recovered messages back to their queues
 * ({@link io.millrace.server.store.QueueRecovery}).
 */
package io.millrace.server.store;
