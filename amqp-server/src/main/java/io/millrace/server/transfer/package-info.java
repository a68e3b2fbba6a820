/**
 * Definitions as JSON, in RabbitMQ's format: {@link io.millrace.server.transfer.DefinitionsReader} and
 * {@link io.millrace.server.transfer.DefinitionsWriter}.
 */
package io.millrace.server.transfer;
