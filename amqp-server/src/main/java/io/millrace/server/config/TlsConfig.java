package io.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the operator wants of a server that speaks TLS. */
public final class TlsConfig {
    /** What is done about clients' certificates. */
    public enum Verify {
        /** They are not asked for. */
        VERIFY_NONE,
        /** They are asked for, and must hold. */
        VERIFY_PEER
    }

    /** Whose revocation is looked up. */
    public enum CrlCheck {
        /** Nobody's. */
        FALSE,
        /** That of each certificate from the client's on. */
        TRUE,
        /** The client's. */
        PEER,
        /** The client's, where there is a list of its authority. */
        BEST_EFFORT
    }

    private final BrokerConfig config;
    private final TlsKeys keys;

    TlsConfig(BrokerConfig config, TlsKeys keys) {
        this.config = config;
        this.keys = keys;
    }

    /** What the names of all of these settings begin with, without the dot. */
    public String prefix() {
        return keys.prefix();
    }

    /** Whose certificates must not be revoked. */
    public CrlCheck crlCheck() {
        return config.get(keys.crlCheck);
    }

    public Optional<Path> certFile() {
        return Optional.ofNullable(config.get(keys.certFile));
    }

    public Optional<Path> keyFile() {
        return Optional.ofNullable(config.get(keys.keyFile));
    }

    public Optional<String> password() {
        return Optional.ofNullable(config.get(keys.password));
    }

    public Optional<Path> caCertFile() {
        return Optional.ofNullable(config.get(keys.caCertFile));
    }

    public boolean verifyPeer() {
        return config.get(keys.verify) == Verify.VERIFY_PEER;
    }

    public boolean failIfNoPeerCert() {
        return config.get(keys.failIfNoPeerCert);
    }

    /** Certificates between a client's and that of a trusted authority. */
    public int depth() {
        return config.get(keys.depth);
    }

    /** As the configuration names them, such as {@code tlsv1.3}. */
    public List<String> versions() {
        return List.copyOf(config.members(keys.versions).values());
    }

    /** As the configuration names them; empty for those of the runtime. */
    public List<String> ciphers() {
        return List.copyOf(config.members(keys.ciphers).values());
    }

    public boolean honorCipherOrder() {
        return config.get(keys.honorCipherOrder);
    }
}
