package io.millrace.server.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.ToDoubleFunction;

/**
 * All figures as Prometheus reads them, in its text format, under RabbitMQ's names; then those of the JVM and the
 * process under Micrometer's. Every series exists from the start. Any thread may scrape.
 */
public final class PrometheusText implements AutoCloseable {
    /** The media type of {@link #scrape}. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4";

    private final BrokerCounters counters;
    private final BrokerGauges gauges; // Micrometer keeps a weak reference only
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    /** The page for these counters and gauges. */
    public PrometheusText(BrokerCounters counters, BrokerGauges gauges, BrokerIdentity identity) {
        this.counters = requireNonNull(counters, "counters is null");
        this.gauges = requireNonNull(gauges, "gauges is null");
        registry.config().namingConvention(new ExactNames());
        registerInfo(requireNonNull(identity, "identity is null"));
        registerCounters();
        registerMessageSizes();
        registerGauges();
        registerProcess();
    }

    /** Writes the page in UTF-8. */
    void scrape(OutputStream out) throws IOException {
        registry.scrape(out);
    }

    /** Lets go of what watches the JVM. */
    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    /** Not meters: Micrometer would cut off {@code _info}. */
    private void registerInfo(BrokerIdentity identity) {
        PrometheusRegistry raw = registry.getPrometheusRegistry();
        InfoSnapshot who = info(
                "rabbitmq_identity",
                "RabbitMQ node and cluster identity",
                Labels.of(
                        "rabbitmq_node", identity.node(),
                        "rabbitmq_cluster", identity.cluster(),
                        "rabbitmq_cluster_permanent_id", identity.clusterPermanentId(),
                        "rabbitmq_endpoint", "aggregated"));
        InfoSnapshot what = info(
                "rabbitmq_build",
                "Versions; in place of Erlang's that of the JVM",
                Labels.of(
                        "rabbitmq_version", identity.rabbitmqVersion(),
                        "prometheus_plugin_version", identity.productVersion(),
                        "prometheus_client_version", "java",
                        "erlang_version", "JVM " + Runtime.version().feature(),
                        "product_name", identity.productName(),
                        "product_version", identity.productVersion()));
        raw.register(() -> who);
        raw.register(() -> what);
    }

    private static InfoSnapshot info(String name, String help, Labels labels) {
        return InfoSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(labels)
                        .build())
                .build();
    }

    private void registerCounters() {
        for (BrokerCounter counter : BrokerCounter.values()) {
            FunctionCounter.builder(counter.metricName(), counters, all -> all.sum(counter))
                    .description(counter.help())
                    .tags(counter.tags())
                    .register(registry);
        }
    }

    /**
     * Not a meter: the sizes are sorted into buckets where they are counted, and a meter would want them one by one.
     */
    private void registerMessageSizes() {
        registry.getPrometheusRegistry().register(() -> {
            ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            for (int bucket = 0; bucket < MessageSizes.BUCKETS; bucket++) {
                buckets.bucket(MessageSizes.upperBound(bucket), counters.messageSizeCount(bucket));
            }
            return HistogramSnapshot.builder()
                    .name("rabbitmq_message_size_bytes")
                    .help("Size of messages received from publishers")
                    .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(buckets.build())
                            .sum((double) counters.messageSizeSum())
                            .labels(Labels.of("protocol", "amqp091"))
                            .build())
                    .build();
        });
    }

    private void registerGauges() {
        Tags none = Tags.empty();
        Tags protocol = BrokerCounter.Labels.PROTOCOL.tags();
        gauge("queue_messages", none, "Messages in queues", g -> g.messagesReady() + g.messagesUnacked());
        gauge("queue_messages_ready", none, "Messages ready to be delivered", BrokerGauges::messagesReady);
        gauge("queue_messages_unacked", none, "Messages not yet acknowledged", BrokerGauges::messagesUnacked);
        gauge("connections", none, "Open connections", BrokerGauges::connections);
        gauge("channels", none, "Open channels", BrokerGauges::channels);
        gauge("queues", none, "Queues", BrokerGauges::queues);
        gauge("consumers", none, "Consumers", BrokerGauges::consumers);
        gauge("global_consumers", protocol, "Consumers", BrokerGauges::consumers);
        gauge("global_publishers", protocol, "Publishers", BrokerGauges::publishers);
        gauge("disk_space_available_bytes", none, "Free disk space", BrokerGauges::diskSpaceAvailableBytes);
        gauge(
                "disk_space_available_limit_bytes",
                none,
                "Low watermark of disk space",
                BrokerGauges::diskSpaceLimitBytes);
        gauge("process_resident_memory_bytes", none, "Physical memory taken", BrokerGauges::residentMemoryBytes);
        gauge("resident_memory_limit_bytes", none, "High watermark of memory", BrokerGauges::memoryLimitBytes);
        gauge("alarms_memory_used_watermark", none, "is 1 if the memory alarm is on", g -> g.isMemoryAlarmOn() ? 1 : 0);
        gauge("alarms_free_disk_space_watermark", none, "is 1 if the disk alarm is on", g -> g.isDiskAlarmOn() ? 1 : 0);
        gauge("process_open_fds", none, "Open file descriptors", BrokerGauges::openFileDescriptors);
        gauge("process_max_fds", none, "Limit of open file descriptors", BrokerGauges::maxFileDescriptors);
        gauge(
                "erlang_uptime_seconds",
                none,
                "Uptime of the node",
                g -> g.uptime().toMillis() / 1000.0);
    }

    private void gauge(String name, Tags tags, String help, ToDoubleFunction<BrokerGauges> value) {
        Gauge.builder(BrokerCounter.PREFIX + name, gauges, value)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    private void registerProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /**
     * Leaves RabbitMQ's names as they are. Micrometer's own rules would cut {@code rabbitmq_queues_created} short, to a
     * name that is taken already.
     */
    private static final class ExactNames extends PrometheusNamingConvention {
        @Override
        public String name(String name, Meter.Type type, String baseUnit) {
            return name.startsWith(BrokerCounter.PREFIX) ? name : super.name(name, type, baseUnit);
        }
    }
}
