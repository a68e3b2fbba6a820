package io.millrace.server.connection;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.security.SaslMechanisms;
import java.util.concurrent.atomic.AtomicReference;

/** What all connections share. */
public record ConnectionContext(
        AtomicReference<ConnectionSettings> currentSettings,
        ServerIdentity identity,
        SaslMechanisms mechanisms,
        Admission admission,
        Alarms alarms,
        Connections connections) {
    /** As they are now: an operator may change some while the broker runs. */
    ConnectionSettings settings() {
        return currentSettings.get();
    }
}
