/**
 * The broker's configuration: one typed table of keys, read from a file in the grammar of rabbitmq.conf, then from the
 * environment, then from the command line; the later wins.
 *
 * <p>Public on purpose: {@link io.millrace.server.config.BrokerConfig} and the types it hands out,
 * {@link io.millrace.server.config.ConfigLoader} with {@link io.millrace.server.config.ConfigFlags} and
 * {@link io.millrace.server.config.ConfigException}, and {@link io.millrace.server.config.ConfigReference}, which
 * describes every key.
 */
package io.millrace.server.config;
