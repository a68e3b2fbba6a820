/**
 * Figures for operators: what the broker counts, and the page that Prometheus reads, under RabbitMQ's names so that its
 * dashboards work.
 *
 * <p>Each thread counts in its own {@link io.millrace.server.metrics.LoopCounters}, without contention; reading adds
 * them up. This is the only package that knows Micrometer.
 *
 * <p>Public on purpose: {@link io.millrace.server.metrics.BrokerCounters},
 * {@link io.millrace.server.metrics.LoopCounters} and {@link io.millrace.server.metrics.BrokerCounter} for whoever
 * counts; {@link io.millrace.server.metrics.BrokerGauges} for the broker to implement, with
 * {@link io.millrace.server.metrics.ProcessFigures} to help; {@link io.millrace.server.metrics.BrokerIdentity},
 * {@link io.millrace.server.metrics.PrometheusText} and {@link io.millrace.server.metrics.MetricsServer}, which the
 * broker puts together.
 */
package io.millrace.server.metrics;
