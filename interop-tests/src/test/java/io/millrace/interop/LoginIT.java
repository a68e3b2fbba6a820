package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AuthenticationFailureException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithBroker
class LoginIT {
    private static final String REFUSED = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. "
            + "For details see the broker logfile.";

    @ParameterizedTest
    @CsvSource({"guest,wrong", "guest,Guest", "nobody,guest", "nobody,''"})
    void aWrongPasswordOrUserIsRefusedAlike(String user, String password, Client client) {
        AuthenticationFailureException refused = assertThrows(
                AuthenticationFailureException.class,
                () -> client.connect(settings -> {
                    settings.setUsername(user);
                    settings.setPassword(password);
                }));
        assertEquals(REFUSED, refused.getMessage());
    }
}
