package io.millrace.server.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.config.BrokerConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationListsTest {
    private static final int DEPTH = 10;

    @TempDir
    Path directory;

    private X509Bundle authority;
    private X509Bundle between;
    private X509Bundle good;
    private X509Bundle revoked;

    @BeforeEach
    void issueCertificates() throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .ecp256()
                .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        between = new CertificateBuilder()
                .subject("CN=between")
                .ecp256()
                .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
                .setIsCertificateAuthority(true)
                .buildIssuedBy(authority);
        good = new CertificateBuilder().subject("CN=good").ecp256().buildIssuedBy(between);
        revoked = new CertificateBuilder().subject("CN=revoked").ecp256().buildIssuedBy(between);
    }

    private static String list(X509Bundle issuer, X509Bundle... unwanted) throws Exception {
        Instant now = Instant.now();
        JcaX509v2CRLBuilder builder =
                new JcaX509v2CRLBuilder(issuer.getCertificate(), Date.from(now.minus(Duration.ofMinutes(1))));
        builder.setNextUpdate(Date.from(now.plus(Duration.ofDays(1))));
        for (X509Bundle one : unwanted) {
            BigInteger number = one.getCertificate().getSerialNumber();
            builder.addCRLEntry(number, Date.from(now.minus(Duration.ofMinutes(2))), CRLReason.keyCompromise);
        }
        byte[] octets = builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(issuer.getKeyPair().getPrivate()))
                .getEncoded();
        return PemFiles.block("X509 CRL", octets);
    }

    private X509TrustManager trusting(String check, String... lists) throws Exception {
        Path file = directory.resolve("ca.pem");
        Files.writeString(file, authority.getCertificatePEM() + String.join("", lists));
        BrokerConfig config = BrokerConfig.of(Map.of(
                "ssl_options.cacertfile",
                file.toString(),
                "ssl_options.verify",
                "verify_peer",
                "ssl_options.crl_check",
                check));
        List<X509Certificate> authorities = List.of(authority.getCertificate());
        return (X509TrustManager) TlsContext.trusting(authorities, DEPTH, RevocationLists.read(config.tls()))
                .getTrustManagers()[0];
    }

    private void judge(X509TrustManager manager, X509Bundle client) throws CertificateException {
        manager.checkClientTrusted(
                new X509Certificate[] {client.getCertificate(), between.getCertificate()}, "UNKNOWN");
    }

    private void assertRefused(X509TrustManager manager, X509Bundle client) {
        assertThrows(CertificateException.class, () -> judge(manager, client));
    }

    @Test
    void withoutTheCheckNobodyLooks() throws Exception {
        judge(trusting("false", list(between, revoked)), revoked);
    }

    @Test
    void aRevokedClientIsRefused() throws Exception {
        X509TrustManager manager = trusting("peer", list(between, revoked));
        assertRefused(manager, revoked);
        assertDoesNotThrow(() -> judge(manager, good));
    }

    @Test
    void withAllOfTheWayEachAuthorityNeedsAList() throws Exception {
        assertRefused(trusting("true", list(between, revoked)), good);
        assertDoesNotThrow(() -> judge(trusting("true", list(between, revoked), list(authority)), good));
        assertRefused(trusting("true", list(between), list(authority, between)), good);
    }

    @Test
    void bestEffortTakesWhomNoListIsAbout() throws Exception {
        assertDoesNotThrow(() -> judge(trusting("best_effort"), revoked));
        assertRefused(trusting("best_effort", list(between, revoked)), revoked);
        assertRefused(trusting("peer", list(authority)), good);
    }

    @Test
    void aCheckThatNobodyCouldPassIsNoSetting() {
        TlsFileException none = assertThrows(TlsFileException.class, () -> trusting("peer"));
        assertEquals(
                "ssl_options.crl_check: needs the revocation lists of the authorities (X509 CRL) in their file",
                none.getMessage());
        String broken = PemFiles.block("X509 CRL", new byte[] {1, 2, 3});
        TlsFileException wrong = assertThrows(TlsFileException.class, () -> trusting("best_effort", broken));
        assertTrue(wrong.getMessage().contains("revocation list 1 is broken"), wrong.getMessage());
    }
}
