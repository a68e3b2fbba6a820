package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import io.millrace.server.tls.CertificateLogin;
import io.millrace.server.tls.PeerCertificate;
import io.millrace.server.tls.TlsSession;
import java.util.Optional;

/** EXTERNAL: the client's certificate says who it is. The response is not looked at. */
final class ExternalMechanism implements SaslMechanism {
    private final Users users;
    private final CertificateLogin login;

    /** @param login which name of the certificate counts */
    ExternalMechanism(Users users, CertificateLogin login) {
        this.users = requireNonNull(users, "users is null");
        this.login = requireNonNull(login, "login is null");
    }

    @Override
    public String name() {
        return "EXTERNAL";
    }

    @Override
    public boolean worksWithoutTls() {
        return false;
    }

    @Override
    public LoginResult authenticate(byte[] response, Peer peer) {
        Optional<PeerCertificate> certificate = peer.tls().flatMap(TlsSession::peerCertificate);
        if (certificate.isEmpty()) {
            return new LoginResult.Refused("", "connection peer presented no TLS (x.509) certificate");
        }
        return login.userOf(certificate.get())
                .map(user -> users.authenticateWithoutPassword(user, peer.isLoopback()))
                .orElseGet(() -> new LoginResult.Refused("", "no name found"));
    }
}
