/**
 * Streams on the disk: what was appended stays, is read from any offset by anybody, and goes a segment at a time when a
 * limit says so.
 *
 * <p>Public on purpose: {@link io.millrace.log.stream.StreamLogs}, which has the threads and the directory;
 * {@link io.millrace.log.stream.StreamLog}, one stream; what goes in ({@link io.millrace.log.stream.StreamAppend}) and
 * comes out ({@link io.millrace.log.stream.StreamRead} from a {@link io.millrace.log.stream.StreamPosition});
 * {@link io.millrace.log.stream.StreamInspection}, for a look at streams at rest.
 */
package io.millrace.log.stream;
