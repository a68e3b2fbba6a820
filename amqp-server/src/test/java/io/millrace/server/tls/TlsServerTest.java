package io.millrace.server.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.server.config.BrokerConfig;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsServerTest {
    private static final int HANDSHAKE_MILLIS = 5_000;

    @TempDir
    Path directory;

    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(1);
    private final Map<String, String> settings = new TreeMap<>();
    private X509Bundle authority;

    @BeforeEach
    void writeFiles() throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        write("ca.pem", authority.getCertificatePEM());
        writeServer("CN=one");
        settings.put("ssl_options.certfile", file("cert.pem"));
        settings.put("ssl_options.keyfile", file("key.pem"));
        settings.put("ssl_options.cacertfile", file("ca.pem"));
        settings.put("ssl_options.verify", "verify_peer");
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void handlersSpeakWhatIsConfigured() throws Exception {
        settings.put("ssl_options.versions.1", "tlsv1.2");
        settings.put("ssl_options.ciphers.1", "ECDHE-ECDSA-AES256-GCM-SHA384");
        settings.put("ssl_options.ciphers.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        settings.put("ssl_options.ciphers.3", "ECDHE-ECDSA-AES256-CCM8");
        settings.put("ssl_options.fail_if_no_peer_cert", "true");
        settings.put("ssl_options.honor_cipher_order", "true");
        SslHandler handler = open().newHandler(UnpooledByteBufAllocator.DEFAULT);

        assertEquals(HANDSHAKE_MILLIS, handler.getHandshakeTimeoutMillis());
        assertArrayEquals(new String[] {"TLSv1.2"}, handler.engine().getEnabledProtocols());
        assertArrayEquals(
                new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
                handler.engine().getEnabledCipherSuites());
        assertEquals(true, handler.engine().getNeedClientAuth());
        assertEquals(true, handler.engine().getSSLParameters().getUseCipherSuitesOrder());
    }

    @Test
    void withoutSettingsBothVersionsAreSpokenAndNobodyIsAsked() throws Exception {
        settings.keySet().removeIf(key -> !key.endsWith("certfile") && !key.endsWith("keyfile"));
        SslHandler handler = open().newHandler(UnpooledByteBufAllocator.DEFAULT);

        assertEquals(List.of("TLSv1.2", "TLSv1.3"), sorted(handler.engine().getEnabledProtocols()));
        assertEquals(false, handler.engine().getNeedClientAuth());
        assertEquals(false, handler.engine().getWantClientAuth());
        assertEquals(false, handler.engine().getSSLParameters().getUseCipherSuitesOrder());
    }

    private static List<String> sorted(String[] names) {
        return Arrays.stream(names).sorted().toList();
    }

    @Test
    void theKeyMayBeInTheCertificatesFile() throws Exception {
        write(
                "cert.pem",
                Files.readString(directory.resolve("key.pem")) + Files.readString(directory.resolve("cert.pem")));
        settings.remove("ssl_options.keyfile");
        assertEquals("CN=one", subject(open()));
    }

    @Test
    void wrongSettingsAreNamed() throws Exception {
        assertEquals("ssl_options.certfile: is not set", failureWithout("ssl_options.certfile"));
        assertEquals(
                "ssl_options.cacertfile: is not set, and verify_peer needs it",
                failureWithout("ssl_options.cacertfile"));
        assertEquals(
                "ssl_options.fail_if_no_peer_cert: needs ssl_options.verify = verify_peer",
                failure("ssl_options.fail_if_no_peer_cert", "true", "ssl_options.verify", "verify_none"));
        assertEquals(
                "ssl_options.versions: unknown version 'tls1.3' (expected: tlsv1.3 or tlsv1.2)",
                failure("ssl_options.versions.1", "tls1.3"));
        assertEquals(
                "ssl_options.versions: no version is left (expected: tlsv1.3 or tlsv1.2)",
                failure("ssl_options.versions.1", "tlsv1.1"));
        assertEquals("ssl_options.ciphers: unknown cipher suite 'HIGH'", failure("ssl_options.ciphers.1", "HIGH"));
        assertEquals(
                "ssl_options.ciphers: this Java runtime has none of them",
                failure("ssl_options.ciphers.1", "ECDHE-ECDSA-AES256-CCM8"));
        assertEquals(
                "ssl_options.ciphers: none is for tlsv1.3",
                failure("ssl_options.versions.1", "tlsv1.3", "ssl_options.ciphers.1", "ECDHE-RSA-AES256-GCM-SHA384"));
    }

    @Test
    void filesOfNoUseAreNamed() throws Exception {
        assertEquals("ssl_options.certfile: none.pem: no such file", failureOf("ssl_options.certfile", "none.pem"));
        assertEquals("ssl_options.keyfile: none.pem: no such file", failureOf("ssl_options.keyfile", "none.pem"));
        assertEquals("ssl_options.cacertfile: none.pem: no such file", failureOf("ssl_options.cacertfile", "none.pem"));
        assertEquals(
                "ssl_options.certfile: key.pem: holds no certificate", failureOf("ssl_options.certfile", "key.pem"));
        assertEquals(
                "ssl_options.keyfile: cert.pem: holds no private key", failureOf("ssl_options.keyfile", "cert.pem"));
        write("other.pem", authority.getPrivateKeyPEM());
        assertEquals(
                "ssl_options.keyfile: other.pem: is not the key of the certificate in cert.pem",
                failureOf("ssl_options.keyfile", "other.pem"));
        X509Bundle rsa = new CertificateBuilder().subject("CN=r").rsa2048().buildIssuedBy(authority);
        write("rsa.pem", rsa.getPrivateKeyPEM());
        assertEquals(
                "ssl_options.keyfile: rsa.pem: is not the key of the certificate in cert.pem",
                failureOf("ssl_options.keyfile", "rsa.pem"));
        write("broken.pem", PemFiles.block("CERTIFICATE", new byte[] {1, 2, 3}));
        assertEquals(
                true,
                failureOf("ssl_options.certfile", "broken.pem")
                        .startsWith("ssl_options.certfile: broken.pem: certificate 1 is broken: "));
    }

    @Test
    void changedFilesCountForTheNextConnection() throws Exception {
        TlsServer server = open();
        SslHandler before = server.newHandler(UnpooledByteBufAllocator.DEFAULT);
        assertEquals("CN=one", subject(server));

        server.look();
        assertEquals("CN=one", subject(server));

        writeServer("CN=two");
        assertEquals("CN=one", subject(server));
        server.look();
        assertEquals("CN=two", subject(server));
        assertNotEquals(null, before.engine());
    }

    @Test
    void whatIsOfNoUseChangesNothingUntilItIs() throws Exception {
        TlsServer server = open();
        String key = Files.readString(directory.resolve("key.pem"));
        write("key.pem", authority.getPrivateKeyPEM());
        server.look();
        assertEquals("CN=one", subject(server));

        Files.delete(directory.resolve("cert.pem"));
        server.look();
        assertEquals("CN=one", subject(server));

        writeServer("CN=three");
        server.look();
        assertEquals("CN=three", subject(server));
        write("key.pem", key);
        server.look();
        assertEquals("CN=three", subject(server));
    }

    /** Clients that know the root only need those between, wherever the operator has put them. */
    @Test
    void theChainIsCompletedFromTheAuthorities() throws Exception {
        X509Bundle middle = new CertificateBuilder()
                .subject("CN=middle")
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildIssuedBy(authority);
        X509Bundle leaf = new CertificateBuilder().subject("CN=leaf").ecp256().buildIssuedBy(middle);
        List<X509Certificate> own = List.of(leaf.getCertificate());
        List<X509Certificate> authorities = List.of(authority.getCertificate(), middle.getCertificate());

        assertArrayEquals(
                new X509Certificate[] {leaf.getCertificate(), middle.getCertificate()},
                CertificateFile.chain(own, authorities));
        assertArrayEquals(
                new X509Certificate[] {leaf.getCertificate(), middle.getCertificate()},
                CertificateFile.chain(List.of(leaf.getCertificate(), middle.getCertificate()), authorities));
        assertArrayEquals(new X509Certificate[] {leaf.getCertificate()}, CertificateFile.chain(own, List.of()));
    }

    private TlsServer open() throws TlsFileException {
        return TlsServer.open(BrokerConfig.of(settings).tls(), HANDSHAKE_MILLIS, threads);
    }

    /** Whose certificate a new connection gets. */
    private static String subject(TlsServer server) {
        return server.certificate().getSubjectX500Principal().getName();
    }

    private String failureWithout(String key) throws Exception {
        String before = settings.remove(key);
        String failure = failure();
        settings.put(key, before);
        return failure;
    }

    private String failureOf(String key, String name) throws Exception {
        return failure(key, file(name));
    }

    private String failure(String... changed) {
        Map<String, String> before = Map.copyOf(settings);
        for (int i = 0; i < changed.length; i += 2) {
            settings.put(changed[i], changed[i + 1]);
        }
        String message = assertThrows(TlsFileException.class, this::open).getMessage();
        settings.clear();
        settings.putAll(before);
        return message.replace(directory + "/", "");
    }

    private void writeServer(String subject) throws Exception {
        X509Bundle server = new CertificateBuilder().subject(subject).ecp256().buildIssuedBy(authority);
        write("cert.pem", server.getCertificatePEM());
        write("key.pem", server.getPrivateKeyPEM());
    }

    /** Each write is later than the one before, also where clocks of file systems are coarse. */
    private void write(String name, String text) throws IOException {
        Path path = directory.resolve(name);
        FileTime before = Files.exists(path) ? Files.getLastModifiedTime(path) : FileTime.fromMillis(0);
        Files.writeString(path, text);
        Files.setLastModifiedTime(path, FileTime.fromMillis(before.toMillis() + 1_000));
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }
}
