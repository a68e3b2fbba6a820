/** Resource alarms: while one is on, nobody publishes, and consumers go on. */
package io.millrace.server.alarm;
