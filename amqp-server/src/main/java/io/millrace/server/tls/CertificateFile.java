package io.millrace.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Certificates in a file. */
final class CertificateFile {
    private static final Set<String> LABELS = Set.of("CERTIFICATE", "X509 CERTIFICATE");

    /** A chain is no longer than this; it also ends the search where certificates sign each other. */
    private static final int CHAIN_LENGTH_MAX = 16;

    private CertificateFile() {}

    /**
     * Reads all certificates of the file.
     *
     * @param key the setting that names the file, for the message
     * @throws TlsFileException there is none, or a broken one
     */
    static List<X509Certificate> read(String key, Path file) throws TlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(key, file)) {
            if (LABELS.contains(block.label())) {
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.octets())));
                } catch (CertificateException e) {
                    throw new TlsFileException(
                            key, file, "certificate " + (certificates.size() + 1) + " is broken: " + e.getMessage(), e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(key, file, "holds no certificate");
        }
        return certificates;
    }

    /**
     * The server's certificate and those that clients need to get from it to an authority's: what its own file lacks of
     * these may be among the authorities', where RabbitMQ looks for them too.
     */
    static X509Certificate[] chain(List<X509Certificate> own, List<X509Certificate> authorities) {
        List<X509Certificate> chain = new ArrayList<>(own);
        X509Certificate issuer = issuer(chain.get(chain.size() - 1), authorities);
        while (issuer != null && !isSelfIssued(issuer) && chain.size() < CHAIN_LENGTH_MAX) {
            chain.add(issuer);
            issuer = issuer(issuer, authorities);
        }
        return chain.toArray(new X509Certificate[0]);
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    }

    /** Null when there is none. */
    private static X509Certificate issuer(X509Certificate of, List<X509Certificate> among) {
        if (isSelfIssued(of)) {
            return null;
        }
        for (X509Certificate candidate : among) {
            if (candidate.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
                try {
                    of.verify(candidate.getPublicKey());
                    return candidate;
                } catch (GeneralSecurityException e) {
                    // Another authority of the same name, as there is when one renews its key.
                }
            }
        }
        return null;
    }

    /** Whether the private key is that of the certificate. */
    static boolean belong(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "RSASSA-PSS" -> null; // has parameters; a handshake will tell
            default -> key.getAlgorithm();
        };
        if (algorithm == null) {
            return true;
        }
        try {
            byte[] text = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // of another algorithm, or of another length
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }
}
