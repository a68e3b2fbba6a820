package io.millrace.server.tls;

import io.millrace.server.config.BrokerConfig.AlternativeName;
import io.millrace.server.config.BrokerConfig.LoginName;
import java.util.List;
import java.util.Optional;

/**
 * Which name in a client's certificate is the name of its user.
 *
 * @param from where it is
 * @param kind of alternative name, where it is one
 * @param index which one of that kind, from 0
 */
public record CertificateLogin(LoginName from, AlternativeName kind, int index) {
    /** The user's name; empty when the certificate has no such name. */
    public Optional<String> userOf(PeerCertificate certificate) {
        String name = switch (from) {
            case DISTINGUISHED_NAME -> certificate.subject();
            case COMMON_NAME -> certificate.commonNames();
            case SUBJECT_ALTERNATIVE_NAME, SUBJECT_ALT_NAME -> {
                List<String> names = certificate.alternativeNames(kind);
                yield index < names.size() ? names.get(index) : "";
            }
        };
        return Optional.of(name).filter(found -> !found.isEmpty());
    }
}
