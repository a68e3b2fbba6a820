/**
 * The disk as the message log sees it, and the only user of file channels in the project.
 *
 * <p>Public on purpose: {@code LogFiles} and {@code LogFile}, the seam at which tests put a disk that fails, and
 * {@code DiskFiles}, the real one.
 */
package io.millrace.log.files;
