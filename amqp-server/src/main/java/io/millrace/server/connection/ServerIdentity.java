package io.millrace.server.connection;

import io.millrace.codec.value.FieldTable;

/**
 * What the server says of itself in {@code connection.start}.
 *
 * @param product what clients choose protocol semantics by
 * @param version the same
 * @param platform what it really is
 * @param clusterName shown by tools
 */
public record ServerIdentity(String product, String version, String platform, String clusterName) {
    private static final String INFORMATION = "Millrace, an AMQP 0-9-1 broker for the JVM. Licensed under Apache-2.0";
    private static final String COPYRIGHT = "Copyright (c) 2026 the Millrace authors";

    FieldTable serverProperties() {
        FieldTable capabilities = FieldTable.builder()
                .put("publisher_confirms", true)
                .put("exchange_exchange_bindings", true)
                .put("basic.nack", true)
                .put("consumer_cancel_notify", true)
                .put("connection.blocked", true)
                .put("consumer_priorities", true)
                .put("authentication_failure_close", true)
                .put("per_consumer_qos", true)
                .put("direct_reply_to", true)
                .build();
        return FieldTable.builder()
                .put("capabilities", capabilities)
                .put("cluster_name", clusterName)
                .put("copyright", COPYRIGHT)
                .put("information", INFORMATION)
                .put("platform", platform)
                .put("product", product)
                .put("version", version)
                .build();
    }
}
