package io.millrace.server.control;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.connection.ConnectionSettings;
import io.millrace.server.connection.Connections;
import io.millrace.server.vhost.Administration;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What commands have to do with of a broker. */
public record RunningBroker(
        Administration administration,
        Connections connections,
        Alarms alarms,
        AtomicReference<ConnectionSettings> connectionSettings,
        List<InetSocketAddress> listeners) {}
