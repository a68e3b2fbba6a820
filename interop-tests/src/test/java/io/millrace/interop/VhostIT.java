package io.millrace.interop;

import org.junit.jupiter.api.Test;

@WithBroker
class VhostIT {
    @Test
    void aMissingOneClosesTheConnection(Client client) {
        Closes.connection(
                530,
                "NOT_ALLOWED - vhost nope not found",
                () -> client.connect(settings -> settings.setVirtualHost("nope")));
    }
}
