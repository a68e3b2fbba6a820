package io.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of a server that speaks TLS. RabbitMQ has the same under several prefixes, and so have we. */
final class TlsKeys {
    private final String prefix;

    final ConfigKey<Path> certFile;
    final ConfigKey<Path> keyFile;
    final ConfigKey<String> password;
    final ConfigKey<Path> caCertFile;
    final ConfigKey<TlsConfig.Verify> verify;
    final ConfigKey<Boolean> failIfNoPeerCert;
    final ConfigKey<Integer> depth;
    final ConfigKey<TlsConfig.CrlCheck> crlCheck;
    final ConfigFamily<String> versions;
    final ConfigFamily<String> ciphers;
    final ConfigKey<Boolean> honorCipherOrder;

    /** @param prefix without the last dot */
    TlsKeys(String prefix) {
        this.prefix = prefix;
        certFile = key(
                "certfile",
                ValueType.PATH,
                null,
                "The server's certificate (PEM), behind it those that lead to the authority.");
        keyFile = key(
                "keyfile", ValueType.PATH, null, "Its private key (PEM). Not set: it is in the certificate's file.");
        password = key("password", ValueType.TEXT, null, "Password of the private key.");
        caCertFile = key(
                "cacertfile",
                ValueType.PATH,
                null,
                "Certificates (PEM) of the authorities whose clients are trusted; needed by `verify_peer`.");
        verify = key(
                "verify",
                ValueType.choice(TlsConfig.Verify.class),
                "verify_none",
                "Whether clients are asked for a certificate, and one that does not hold is refused.");
        failIfNoPeerCert = key(
                "fail_if_no_peer_cert",
                ValueType.BOOLEAN,
                "false",
                "Whether clients without a certificate are refused. Needs `verify_peer`.");
        depth = key(
                "depth",
                ValueType.integer(0, 255),
                "10",
                "Certificates that may lie between a client's and that of a trusted authority.");
        crlCheck = key(
                "crl_check",
                ValueType.choice(TlsConfig.CrlCheck.class),
                "false",
                "Whose certificates must not be revoked, by the lists (`X509 CRL`) in `cacertfile`: "
                        + "each from the client's on (`true`), the client's (`peer`), "
                        + "the client's where its authority has a list (`best_effort`).");
        versions = new ConfigFamily<>(
                prefix + ".versions",
                "N",
                ValueType.NAME,
                new TreeMap<>(Map.of("1", "tlsv1.3", "2", "tlsv1.2")),
                "Versions that are spoken: `tlsv1.3`, `tlsv1.2`.");
        ciphers = new ConfigFamily<>(
                prefix + ".ciphers",
                "N",
                ValueType.NAME,
                Map.of(),
                "Cipher suites, the most wanted first, as OpenSSL or as IANA calls them. Not set: those that the Java "
                        + "runtime takes for good.");
        honorCipherOrder = key(
                "honor_cipher_order",
                ValueType.BOOLEAN,
                "false",
                "Whether the order of the server's suites counts and not that of the client's.");
    }

    String prefix() {
        return prefix;
    }

    /** All of them, in the order of the reference. */
    List<ConfigEntry> entries() {
        return List.of(
                certFile,
                keyFile,
                password,
                caCertFile,
                verify,
                failIfNoPeerCert,
                depth,
                crlCheck,
                versions,
                ciphers,
                honorCipherOrder);
    }

    private <T> ConfigKey<T> key(String name, ValueType<T> type, String defaultValue, String doc) {
        return new ConfigKey<>(prefix + "." + name, List.of(), type, defaultValue, doc);
    }
}
