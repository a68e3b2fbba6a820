package io.millrace.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.millrace.codec.ReplyCode;
import io.millrace.server.config.BrokerConfig.AlternativeName;
import io.millrace.server.config.BrokerConfig.LoginName;
import io.millrace.server.tls.CertificateLogin;
import io.millrace.server.tls.TlsSession;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

class ExternalLoginTest {
    private final Users users = new Users(
            List.of(
                    user("O=acme,CN=client"),
                    user("client"),
                    user("one.example"),
                    user("two.example"),
                    user("joe@acme"),
                    user("urn:acme:joe"),
                    user("10.0.0.1")),
            Set.of("client"));

    private static User user(String name) {
        PasswordHash none = PasswordHash.ofBase64("", HashingAlgorithm.SHA256);
        return new User(name, none, Set.of("monitoring"));
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("O=acme,CN=client")
                .ecp256()
                .addSanDnsName("one.example")
                .addSanRfc822Name("joe@acme")
                .addSanUriName(URI.create("urn:acme:joe"))
                .addSanIpAddress("10.0.0.1")
                .addSanDnsName("two.example")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    @Test
    void theNameThatTheOperatorChoosesCounts() throws Exception {
        X509Bundle shown = certificate();
        assertEquals("O=acme,CN=client", loggedIn(LoginName.DISTINGUISHED_NAME, AlternativeName.DNS, 0, shown));
        assertEquals("client", loggedIn(LoginName.COMMON_NAME, AlternativeName.DNS, 0, shown));
        LoginName alternative = LoginName.SUBJECT_ALTERNATIVE_NAME;
        assertEquals("one.example", loggedIn(alternative, AlternativeName.DNS, 0, shown));
        assertEquals("two.example", loggedIn(alternative, AlternativeName.DNS, 1, shown));
        assertEquals("joe@acme", loggedIn(LoginName.SUBJECT_ALT_NAME, AlternativeName.EMAIL, 0, shown));
        assertEquals("urn:acme:joe", loggedIn(alternative, AlternativeName.URI, 0, shown));
        assertEquals("10.0.0.1", loggedIn(alternative, AlternativeName.IP, 0, shown));
    }

    @Test
    void whoHasNoSuchNameIsRefused() throws Exception {
        CertificateLogin third = new CertificateLogin(LoginName.SUBJECT_ALTERNATIVE_NAME, AlternativeName.DNS, 2);
        assertRefused("no name found", login(third, peer(certificate(), true)));
        CertificateLogin other =
                new CertificateLogin(LoginName.SUBJECT_ALTERNATIVE_NAME, AlternativeName.OTHER_NAME, 0);
        assertRefused("no name found", login(other, peer(certificate(), true)));
        X509Bundle nameless = new CertificateBuilder()
                .subject("O=acme")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        CertificateLogin common = new CertificateLogin(LoginName.COMMON_NAME, AlternativeName.DNS, 0);
        assertRefused("no name found", login(common, peer(nameless, true)));
    }

    @Test
    void whoHasNoUserIsRefused() throws Exception {
        X509Bundle stranger = new CertificateBuilder()
                .subject("CN=nobody")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        assertRefused("user 'CN=nobody' - invalid credentials", login(distinguished(), peer(stranger, true)));
        assertRefused("connection peer presented no TLS (x.509) certificate", login(distinguished(), peer(null, true)));
    }

    @Test
    void whereAUserMayComeFromCountsHereToo() throws Exception {
        CertificateLogin common = new CertificateLogin(LoginName.COMMON_NAME, AlternativeName.DNS, 0);
        assertRefused("user 'client' can only connect via localhost", login(common, peer(certificate(), false)));
    }

    @Test
    void withoutTlsThereIsNoSuchMechanism() {
        LoginResult result = login(distinguished(), new Peer(true, Optional.empty()));
        assertEquals(
                ReplyCode.COMMAND_INVALID,
                assertInstanceOf(LoginResult.Malformed.class, result).error().replyCode());
    }

    @Test
    void passwordsWorkOverTls() throws Exception {
        users.put(new User(
                "joe",
                PasswordHash.ofPassword(new byte[] {'x'}, HashingAlgorithm.SHA256, new SecureRandom()),
                Set.of()));
        assertInstanceOf(
                LoginResult.Success.class,
                SaslMechanisms.withPasswords(users)
                        .authenticate("PLAIN", new byte[] {0, 'j', 'o', 'e', 0, 'x'}, peer(null, true)));
    }

    private static CertificateLogin distinguished() {
        return new CertificateLogin(LoginName.DISTINGUISHED_NAME, AlternativeName.DNS, 0);
    }

    private String loggedIn(LoginName from, AlternativeName kind, int index, X509Bundle shown) {
        LoginResult result = login(new CertificateLogin(from, kind, index), peer(shown, true));
        AuthenticatedUser user =
                assertInstanceOf(LoginResult.Success.class, result).user();
        assertEquals(Set.of("monitoring"), user.tags());
        return user.name();
    }

    /** What the client sends besides does not count. */
    private LoginResult login(CertificateLogin login, Peer peer) {
        return SaslMechanisms.offering(users, List.of("EXTERNAL"), Optional.empty(), login)
                .authenticate("EXTERNAL", "joe@acme".getBytes(java.nio.charset.StandardCharsets.UTF_8), peer);
    }

    /** @param shown null for none */
    private static Peer peer(X509Bundle shown, boolean isLoopback) {
        SSLSession session = (SSLSession) Proxy.newProxyInstance(
                ExternalLoginTest.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (proxy, method, arguments) -> {
                    if (shown == null) {
                        throw new SSLPeerUnverifiedException("none");
                    }
                    return new Certificate[] {shown.getCertificate()};
                });
        return new Peer(isLoopback, Optional.of(TlsSession.of(session)));
    }

    private static void assertRefused(String reason, LoginResult result) {
        assertEquals(reason, assertInstanceOf(LoginResult.Refused.class, result).logReason());
    }
}
