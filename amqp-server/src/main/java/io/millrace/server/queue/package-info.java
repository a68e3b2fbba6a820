/**
 * Queues and what they hold. A {@link io.millrace.server.queue.Queue} is owned by one event loop, its home; everything
 * that touches its state runs there, and whatever crosses to or from it is a batch.
 *
 * <p>Public are the queue with its settings and rules, the batches that travel to and from it, and the interfaces
 * through which it calls back ({@link io.millrace.server.queue.ConsumerSink},
 * {@link io.millrace.server.queue.PublishOrigin}, {@link io.millrace.server.queue.QueueJournal},
 * {@link io.millrace.server.queue.HomeLoop}), so that queues know nothing of channels, connections and sockets.
 */
package io.millrace.server.queue;
