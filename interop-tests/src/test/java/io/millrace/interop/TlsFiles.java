package io.millrace.interop;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** An authority, a server's certificate of it, and clients that trust it or not. Made anew for each run. */
final class TlsFiles {
    private final Path directory;
    private final X509Bundle authority;

    /** Writes {@code ca.pem}, {@code ca.key}, {@code server.pem} and {@code server.key} into the directory. */
    TlsFiles(Path directory) throws Exception {
        this.directory = directory;
        this.authority = newAuthority("CN=authority");
        write("ca.pem", authority.getCertificatePEM());
        write("ca.key", authority.getPrivateKeyPEM());
        renewServer("O=acme,CN=localhost");
    }

    static X509Bundle newAuthority(String subject) throws Exception {
        return new CertificateBuilder()
                .subject(subject)
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** Another certificate for the server, in the place of the one before. */
    void renewServer(String subject) throws Exception {
        X509Bundle server = new CertificateBuilder()
                .subject(subject)
                .rsa2048()
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority);
        write("server.key", server.getPrivateKeyPEM());
        write("server.pem", server.getCertificatePEM());
    }

    X509Bundle client(String subject) throws Exception {
        return clientBuilder(subject).buildIssuedBy(authority);
    }

    X509Bundle expiredClient(String subject) throws Exception {
        Instant now = Instant.now();
        return clientBuilder(subject)
                .notBefore(now.minus(2, ChronoUnit.DAYS))
                .notAfter(now.minus(1, ChronoUnit.DAYS))
                .buildIssuedBy(authority);
    }

    /** Of an authority that has the same name, and nobody trusts. */
    X509Bundle foreignClient(String subject) throws Exception {
        return clientBuilder(subject).buildIssuedBy(newAuthority("CN=authority"));
    }

    private static CertificateBuilder clientBuilder(String subject) {
        return new CertificateBuilder().subject(subject).ecp256().addExtendedKeyUsageClientAuth();
    }

    /** A client without a certificate. */
    SSLContext anonymous() throws GeneralSecurityException {
        return context(null);
    }

    /** A client with a certificate. */
    SSLContext as(X509Bundle client) throws GeneralSecurityException {
        return context(client.toKeyManagerFactory().getKeyManagers());
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }

    String write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    String path(String name) {
        return directory.resolve(name).toString();
    }
}
