package io.millrace.server.tls;

import io.millrace.server.config.BrokerConfig.AlternativeName;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a client's certificate says. The JDK has found that it holds before there is one of these. */
public final class PeerCertificate {
    private final X509Certificate certificate;

    PeerCertificate(X509Certificate certificate) {
        this.certificate = certificate;
    }

    /** Whose it is, as RabbitMQ writes such names. */
    public String subject() {
        return DistinguishedName.of(certificate.getSubjectX500Principal()).toString();
    }

    /** Who has signed it. */
    public String issuer() {
        return DistinguishedName.of(certificate.getIssuerX500Principal()).toString();
    }

    /** From when to when, such as {@code 2026-11-29T08:05:16Z - 2026-12-29T08:05:16Z}. */
    public String validity() {
        return instant(certificate.getNotBefore().toInstant()) + " - "
                + instant(certificate.getNotAfter().toInstant());
    }

    /** Its number, in capital hexadecimal digits. */
    public String serialNumber() {
        return certificate.getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT);
    }

    private static Instant instant(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The common names, separated by commas; empty when there is none. */
    String commonNames() {
        return DistinguishedName.of(certificate.getSubjectX500Principal()).commonNames();
    }

    /** The alternative names of a kind, in the order of the certificate; those that cannot be read are left out. */
    List<String> alternativeNames(AlternativeName kind) {
        List<String> names = new ArrayList<>();
        for (List<?> name : alternativeNames()) {
            // The first is the number that X.509 gives the kind.
            boolean same = name.get(0)
                    .equals(
                            switch (kind) {
                                case OTHER_NAME -> 0;
                                case EMAIL -> 1;
                                case DNS -> 2;
                                case URI -> 6;
                                case IP -> 7;
                            });
            if (same && name.get(1) instanceof String text) {
                names.add(text);
            }
        }
        return names;
    }

    private Collection<List<?>> alternativeNames() {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
