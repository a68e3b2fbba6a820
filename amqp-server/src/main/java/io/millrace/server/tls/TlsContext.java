package io.millrace.server.tls;

import io.millrace.server.config.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** A certificate with its key, whom it trusts and what it speaks: as the files were when it was made. Immutable. */
final class TlsContext {
    private final SslContext context;
    private final boolean honorCipherOrder;
    private final X509Certificate certificate;

    private TlsContext(SslContext context, boolean honorCipherOrder, X509Certificate certificate) {
        this.context = context;
        this.honorCipherOrder = honorCipherOrder;
        this.certificate = certificate;
    }

    /** @throws TlsFileException a file is missing or of no use, or a setting is not */
    static TlsContext load(TlsConfig config) throws TlsFileException {
        String certKey = config.prefix() + ".certfile";
        Path certFile = config.certFile().orElseThrow(() -> new TlsFileException(certKey, "is not set"));
        checkVerification(config);
        List<X509Certificate> own = CertificateFile.read(certKey, certFile);
        Optional<Path> caCertFile = config.caCertFile();
        List<X509Certificate> authorities = caCertFile.isEmpty()
                ? List.of()
                : CertificateFile.read(config.prefix() + ".cacertfile", caCertFile.get());
        String keyKey = config.keyFile().isPresent() ? config.prefix() + ".keyfile" : certKey;
        Path keyFile = config.keyFile().orElse(certFile);
        PrivateKey key = PrivateKeyFile.read(keyKey, keyFile, config.password().orElse(null));
        if (!CertificateFile.belong(key, own.get(0))) {
            throw new TlsFileException(keyKey, keyFile, "is not the key of the certificate in " + certFile);
        }
        try {
            CipherSuites suites = CipherSuites.of(config, supported());
            SslContextBuilder builder = SslContextBuilder.forServer(key, CertificateFile.chain(own, authorities))
                    .sslProvider(SslProvider.JDK)
                    .protocols(suites.protocols());
            if (!suites.ciphers().isEmpty()) {
                builder.ciphers(suites.ciphers(), IdentityCipherSuiteFilter.INSTANCE);
            }
            if (config.verifyPeer()) {
                builder.trustManager(trusting(authorities, config.depth(), RevocationLists.read(config)))
                        .clientAuth(config.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            }
            return new TlsContext(builder.build(), config.honorCipherOrder(), own.get(0));
        } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
            throw new TlsFileException(certKey, certFile, "cannot be used: " + e.getMessage(), e);
        }
    }

    private static void checkVerification(TlsConfig config) throws TlsFileException {
        if (config.verifyPeer() && config.caCertFile().isEmpty()) {
            throw new TlsFileException(config.prefix() + ".cacertfile", "is not set, and verify_peer needs it");
        }
        if (config.failIfNoPeerCert() && !config.verifyPeer()) {
            throw new TlsFileException(
                    config.prefix() + ".fail_if_no_peer_cert", "needs " + config.prefix() + ".verify = verify_peer");
        }
    }

    private static SSLParameters supported() throws GeneralSecurityException {
        return SSLContext.getDefault().getSupportedSSLParameters();
    }

    static TrustManagerFactory trusting(List<X509Certificate> authorities, int depth, RevocationLists revoked)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        revoked.applyTo(parameters);
        parameters.setMaxPathLength(depth);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory;
    }

    /** @param executor where the arithmetic of a handshake is done, which takes milliseconds */
    SslHandler newHandler(ByteBufAllocator allocator, Executor executor) {
        SslHandler handler = context.newHandler(allocator, executor);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setUseCipherSuitesOrder(honorCipherOrder);
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    /** The server's. */
    X509Certificate certificate() {
        return certificate;
    }
}
