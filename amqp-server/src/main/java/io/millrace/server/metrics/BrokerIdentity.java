package io.millrace.server.metrics;

import static java.util.Objects.requireNonNull;

/**
 * Who is being measured. All of it ends up in labels of the two info series.
 *
 * @param node the node's name, such as {@code rabbit@host}
 * @param cluster the cluster's name
 * @param clusterPermanentId what stays the same when the cluster is renamed
 * @param rabbitmqVersion the version of RabbitMQ that this broker stands in for
 * @param productName the name of this broker
 * @param productVersion the version of this broker
 */
public record BrokerIdentity(
        String node,
        String cluster,
        String clusterPermanentId,
        String rabbitmqVersion,
        String productName,
        String productVersion) {

    public BrokerIdentity {
        requireNonNull(node, "node is null");
        requireNonNull(cluster, "cluster is null");
        requireNonNull(clusterPermanentId, "clusterPermanentId is null");
        requireNonNull(rabbitmqVersion, "rabbitmqVersion is null");
        requireNonNull(productName, "productName is null");
        requireNonNull(productVersion, "productVersion is null");
    }
}
