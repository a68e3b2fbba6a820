package io.millrace.server.tls;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What client and server have agreed on, in RabbitMQ's words. Any thread. */
public final class TlsSession {
    /** {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384} or {@code TLS_AES_256_GCM_SHA384}. */
    private static final Pattern SUITE = Pattern.compile("TLS_(?:(.+)_WITH_)?(.+)_(SHA\\d*|MD5|CCM|CCM_8)");

    private final SSLSession session;

    private TlsSession(SSLSession session) {
        this.session = session;
    }

    /** Of a handshake that is done. */
    public static TlsSession of(SSLSession session) {
        return new TlsSession(session);
    }

    /** Such as {@code tlsv1.3}. */
    public String protocol() {
        return session.getProtocol().toLowerCase(Locale.ROOT);
    }

    /** Such as {@code ecdhe_rsa}; {@code any} for TLS 1.3, whose suites do not say. */
    public String keyExchange() {
        Matcher suite = suite();
        return suite.matches() && suite.group(1) != null ? suite.group(1).toLowerCase(Locale.ROOT) : "any";
    }

    /** Such as {@code aes_256_gcm}. */
    public String cipher() {
        Matcher suite = suite();
        return suite.matches() ? suite.group(2).toLowerCase(Locale.ROOT) : session.getCipherSuite();
    }

    /** Such as {@code sha256}; {@code aead} where the cipher itself sees to it. */
    public String hash() {
        Matcher suite = suite();
        boolean separate = suite.matches() && suite.group(2).endsWith("_CBC");
        return separate ? suite.group(3).toLowerCase(Locale.ROOT) : "aead";
    }

    private Matcher suite() {
        return SUITE.matcher(session.getCipherSuite());
    }

    /** The client's certificate, if it was asked for and has shown one. */
    public Optional<PeerCertificate> peerCertificate() {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(new PeerCertificate(certificate))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
