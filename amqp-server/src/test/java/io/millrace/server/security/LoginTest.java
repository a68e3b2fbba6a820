package io.millrace.server.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.definitions.UserDefinition;
import io.millrace.server.config.BrokerConfig.AlternativeName;
import io.millrace.server.config.BrokerConfig.LoginName;
import io.millrace.server.tls.CertificateLogin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
    private static final Random SALTS = new Random(1);
    private static final Peer LOCAL = new Peer(true, Optional.empty());
    private static final Peer REMOTE = new Peer(false, Optional.empty());
    private static final CertificateLogin LOGIN = new CertificateLogin(LoginName.COMMON_NAME, AlternativeName.DNS, 0);

    private final Users users = new Users(
            List.of(
                    user("guest", "guest", "administrator"),
                    user("üser", "pässword", "monitoring", "management"),
                    new User("certificate only", PasswordHash.ofBase64("", HashingAlgorithm.SHA256), Set.of())),
            Set.of("guest"));

    private final SaslMechanisms mechanisms = SaslMechanisms.withPasswords(users);

    private static User user(String name, String password, String... tags) {
        PasswordHash hash = PasswordHash.ofPassword(password.getBytes(UTF_8), HashingAlgorithm.SHA256, SALTS);
        return new User(name, hash, Set.of(tags));
    }

    @Test
    void mechanismsAreOfferedInOrder() {
        assertEquals("AMQPLAIN PLAIN", mechanisms.offered(false));
    }

    @Test
    void theConfigurationChoosesTheMechanismsAndNotTheirOrder() {
        List<String> names = List.of("PLAIN", "EXTERNAL", "AMQPLAIN", "ANONYMOUS");
        assertEquals(
                "AMQPLAIN PLAIN ANONYMOUS",
                SaslMechanisms.offering(users, names, Optional.of("guest"), LOGIN)
                        .offered(false));
        assertEquals(
                "EXTERNAL AMQPLAIN PLAIN ANONYMOUS",
                SaslMechanisms.offering(users, names, Optional.of("guest"), LOGIN)
                        .offered(true));
        assertEquals(
                "AMQPLAIN PLAIN",
                SaslMechanisms.offering(users, names, Optional.empty(), LOGIN).offered(false));
        assertEquals(
                "PLAIN",
                SaslMechanisms.offering(users, List.of("PLAIN"), Optional.of("guest"), LOGIN)
                        .offered(true));
    }

    @Test
    void rightPasswordLetsIn() {
        assertLoggedIn("guest", plain("\0guest\0guest", true));
        assertLoggedIn("üser", plain("\0üser\0pässword", false));
        assertTrue(((LoginResult.Success) plain("\0guest\0guest", true)).user().isAdministrator());
        assertFalse(
                ((LoginResult.Success) plain("\0üser\0pässword", true)).user().isAdministrator());
    }

    @ParameterizedTest
    @CsvSource({
        "guest, wrong",
        "guest, 'guest '",
        "nobody, guest",
        "Guest, guest",
        "guest, ''",
        "nobody, ''",
        "'', ''",
        "certificate only, ''",
        "certificate only, guest",
    })
    void wrongPasswordsAndUnknownUsersAreRefusedInTheSameWords(String name, String password) {
        LoginResult.Refused refused =
                assertInstanceOf(LoginResult.Refused.class, plain("\0" + name + "\0" + password, true));

        assertEquals(name, refused.userName());
        assertEquals("user '" + name + "' - invalid credentials", refused.logReason());
    }

    @Test
    void refusalTellsNothing() {
        assertEquals(
                "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker"
                        + " logfile.",
                SaslMechanisms.refusal("PLAIN").replyText());
        assertEquals(ReplyCode.ACCESS_REFUSED, SaslMechanisms.refusal("PLAIN").replyCode());
    }

    /** Whoever does not know the password is not told that the user may not come from there. */
    @Test
    void loopbackUserIsRefusedFromElsewhere() {
        LoginResult.Refused refused = assertInstanceOf(LoginResult.Refused.class, plain("\0guest\0guest", false));

        assertEquals("user 'guest' can only connect via localhost", refused.logReason());
        assertEquals(
                "user 'guest' - invalid credentials",
                assertInstanceOf(LoginResult.Refused.class, plain("\0guest\0wrong", false))
                        .logReason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "guest",
                "\0guest",
                "guest\0guest",
                "other\0guest\0guest",
                "\0guest\0guest\0",
                "\0a\0b\0c"
            })
    void anythingElseIsNoPlainResponse(String response) {
        LoginResult.Malformed malformed = assertInstanceOf(LoginResult.Malformed.class, plain(response, true));

        assertEquals(ReplyCode.SYNTAX_ERROR, malformed.error().replyCode());
        assertFalse(malformed.error().replyText().contains("guest"));
    }

    @Test
    void amqplainTakesTextAndOctets() {
        FieldValue text = new FieldValue.Text(LongString.of("guest"));
        FieldValue octets = new FieldValue.Bytes(LongString.of("guest"));

        assertLoggedIn("guest", amqplain(Map.of("LOGIN", text, "PASSWORD", text)));
        assertLoggedIn("guest", amqplain(Map.of("LOGIN", octets, "PASSWORD", octets)));
        assertLoggedIn("guest", amqplain(Map.of("LOGIN", text, "PASSWORD", text, "more", 1)));
        assertInstanceOf(LoginResult.Refused.class, amqplain(Map.of("LOGIN", text, "PASSWORD", "wrong")));
    }

    @Test
    void amqplainWithoutBothFieldsIsMalformed() {
        assertMalformed("AMQPLAIN auth info is missing LOGIN or PASSWORD field", amqplain(Map.of()));
        assertMalformed("AMQPLAIN auth info is missing LOGIN or PASSWORD field", amqplain(Map.of("LOGIN", "guest")));
        assertMalformed(
                "AMQPLAIN auth info uses unsupported type for LOGIN or PASSWORD field",
                amqplain(Map.of("LOGIN", "guest", "PASSWORD", 1)));
    }

    @Test
    void amqplainWithALengthBeforeTheTableIsMalformed() {
        byte[] table =
                FieldTable.of(Map.of("LOGIN", "guest", "PASSWORD", "guest")).bytes();
        byte[] withLength = new byte[table.length + 4];
        withLength[3] = (byte) table.length;
        System.arraycopy(table, 0, withLength, 4, table.length);

        assertInstanceOf(LoginResult.Malformed.class, mechanisms.authenticate("AMQPLAIN", withLength, LOCAL));
        assertInstanceOf(
                LoginResult.Malformed.class, mechanisms.authenticate("AMQPLAIN", new byte[] {5, 'L', 'O'}, LOCAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "SCRAM-SHA-256", "ANONYMOUS", "EXTERNAL", ""})
    void mechanismsThatAreNotOfferedAreUnknown(String mechanism) {
        LoginResult.Malformed malformed = assertInstanceOf(
                LoginResult.Malformed.class,
                mechanisms.authenticate(mechanism, "\0guest\0guest".getBytes(UTF_8), LOCAL));

        assertEquals(ReplyCode.COMMAND_INVALID, malformed.error().replyCode());
        assertEquals(
                "COMMAND_INVALID - unknown authentication mechanism '" + mechanism + "'",
                malformed.error().replyText());
    }

    @Test
    void anonymousActsAsTheConfiguredUserWithItsLimits() {
        SaslMechanisms anonymous = new SaslMechanisms(List.of(new AnonymousMechanism(users, "guest")));

        assertLoggedIn("guest", anonymous.authenticate("ANONYMOUS", new byte[0], LOCAL));
        assertInstanceOf(LoginResult.Refused.class, anonymous.authenticate("ANONYMOUS", new byte[0], REMOTE));
        users.remove("guest");
        assertInstanceOf(LoginResult.Refused.class, anonymous.authenticate("ANONYMOUS", new byte[0], LOCAL));
    }

    @Test
    void changedUsersCountAtTheNextLogin() {
        users.put(user("guest", "new"));
        assertInstanceOf(LoginResult.Refused.class, plain("\0guest\0guest", true));
        assertLoggedIn("guest", plain("\0guest\0new", true));

        users.remove("guest");
        assertInstanceOf(LoginResult.Refused.class, plain("\0guest\0new", true));
        assertNull(users.get("guest"));
    }

    @Test
    void namesCannotForgeLogLines() {
        LoginResult.Refused refused =
                assertInstanceOf(LoginResult.Refused.class, plain("\0a\nINFO all is well\0p", true));

        assertEquals("a?INFO all is well", refused.userName());
        assertEquals(
                255,
                assertInstanceOf(LoginResult.Refused.class, plain("\0" + "n".repeat(5000) + "\0p", true))
                        .userName()
                        .length());
    }

    @Test
    void usersAreReadFromDefinitions() {
        User user = User.ofDefinition(new UserDefinition(
                "test",
                "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR",
                "rabbit_password_hashing_sha256",
                "administrator, monitoring,"));
        users.put(user);

        assertEquals(List.of("administrator", "monitoring"), new ArrayList<>(user.tags()));
        assertLoggedIn("test", plain("\0test\0test12", false));
        assertEquals(
                Set.of(),
                User.ofDefinition(new UserDefinition("none", "", "rabbit_password_hashing_md5", ""))
                        .tags());
    }

    @Test
    void passwordsAreOctets() {
        byte[] odd = {(byte) 0xFF, (byte) 0xFE, 1};
        users.put(new User("odd", PasswordHash.ofPassword(odd, HashingAlgorithm.SHA512, SALTS), Set.of()));

        assertLoggedIn(
                "odd", mechanisms.authenticate("PLAIN", "\0odd\0\u00ff\u00fe\u0001".getBytes(ISO_8859_1), LOCAL));
    }

    private LoginResult plain(String response, boolean loopback) {
        return mechanisms.authenticate("PLAIN", response.getBytes(UTF_8), loopback ? LOCAL : REMOTE);
    }

    private LoginResult amqplain(Map<String, ?> fields) {
        return mechanisms.authenticate("AMQPLAIN", FieldTable.of(fields).bytes(), LOCAL);
    }

    private static void assertLoggedIn(String name, LoginResult result) {
        assertEquals(
                name, assertInstanceOf(LoginResult.Success.class, result).user().name());
    }

    private static void assertMalformed(String explanation, LoginResult result) {
        assertEquals(
                "SYNTAX_ERROR - " + explanation,
                assertInstanceOf(LoginResult.Malformed.class, result).error().replyText());
    }
}
