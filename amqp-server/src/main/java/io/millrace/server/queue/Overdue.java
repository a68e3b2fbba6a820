package io.millrace.server.queue;

/** A message that is due, and its sequence number. */
record Overdue(Message message, long sequence) {}
