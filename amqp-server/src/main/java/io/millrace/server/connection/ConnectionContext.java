package io.millrace.server.connection;

import io.millrace.server.alarm.MemoryAlarm;
import io.millrace.server.security.SaslMechanisms;
import io.millrace.server.vhost.VirtualHosts;

/** What all connections share. */
public record ConnectionContext(
        ConnectionSettings settings,
        ServerIdentity identity,
        SaslMechanisms mechanisms,
        VirtualHosts virtualHosts,
        MemoryAlarm memoryAlarm,
        Connections connections) {}
