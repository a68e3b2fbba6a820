/**
 * Resource alarms: while one is on, nobody publishes, and consumers go on.
 *
 * <p>Public: {@code Alarms}, which say whether one is on, and what raises them, {@code MemoryAlarm} and
 * {@code DiskAlarm}.
 */
package io.millrace.server.alarm;
