package io.millrace.server.control;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.connection.ConnectionSettings;
import io.millrace.server.connection.Connections;
import io.millrace.server.vhost.Administration;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What commands have to do with of a broker.
 *
 * @param lookAtCertificates reads their files again if they have changed
 */
public record RunningBroker(
        Administration administration,
        Connections connections,
        Alarms alarms,
        AtomicReference<ConnectionSettings> connectionSettings,
        List<Listener> listeners,
        Runnable lookAtCertificates) {
    /** Where clients connect. */
    public record Listener(InetSocketAddress address, boolean tls) {}
}
