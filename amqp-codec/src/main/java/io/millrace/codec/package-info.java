/** The wire format of AMQP 0-9-1. */
package io.millrace.codec;
