/**
 * Real clients against a real broker process, one behaviour a file. Nothing is public.
 *
 * <p>{@code Client} is what a test gets: a connection, names of its own, and clean-up. {@code BrokerProcess} is for
 * tests that stop, kill and restart. Tests tagged {@code own-broker} start a process themselves; tests tagged
 * {@code differs} pin what Millrace does on purpose otherwise than RabbitMQ 4.3. Both are left out when
 * {@code -Dinterop.uri} names a broker that is already running.
 */
package io.millrace.interop;
