package io.millrace.server.tls;

import io.millrace.server.config.TlsConfig;
import io.millrace.server.config.TlsConfig.CrlCheck;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The lists of revoked certificates that are among the authorities' certificates in their file. Immutable. */
final class RevocationLists {
    private static final String LABEL = "X509 CRL";

    private final CrlCheck check;
    private final List<X509CRL> lists;

    private RevocationLists(CrlCheck check, List<X509CRL> lists) {
        this.check = check;
        this.lists = lists;
    }

    /**
     * Reads the lists, if they are to be looked at.
     *
     * @throws TlsFileException one is broken, or there is none and without one nobody could connect
     */
    static RevocationLists read(TlsConfig config) throws TlsFileException {
        CrlCheck check = config.crlCheck();
        if (check == CrlCheck.FALSE || config.caCertFile().isEmpty()) {
            return new RevocationLists(CrlCheck.FALSE, List.of());
        }
        List<X509CRL> lists =
                read(config.prefix() + ".cacertfile", config.caCertFile().get());
        if (lists.isEmpty() && check != CrlCheck.BEST_EFFORT) {
            throw new TlsFileException(
                    config.prefix() + ".crl_check",
                    "needs the revocation lists of the authorities (" + LABEL + ") in their file");
        }
        return new RevocationLists(check, lists);
    }

    private static List<X509CRL> read(String key, Path file) throws TlsFileException {
        List<X509CRL> lists = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(key, file)) {
            if (block.label().equals(LABEL)) {
                try {
                    lists.add((X509CRL) CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(block.octets())));
                } catch (CRLException | CertificateException e) {
                    throw new TlsFileException(
                            key, file, "revocation list " + (lists.size() + 1) + " is broken: " + e.getMessage(), e);
                }
            }
        }
        return lists;
    }

    /** Has them looked at when the certificate of a client is judged. */
    void applyTo(PKIXBuilderParameters parameters) throws GeneralSecurityException {
        parameters.setRevocationEnabled(false);
        if (check == CrlCheck.FALSE) {
            return;
        }
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        Set<Option> options = EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK);
        if (check != CrlCheck.TRUE) {
            options.add(Option.ONLY_END_ENTITY);
        }
        if (check == CrlCheck.BEST_EFFORT) {
            options.add(Option.SOFT_FAIL);
        }
        checker.setOptions(options);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        parameters.addCertPathChecker(checker);
    }
}
