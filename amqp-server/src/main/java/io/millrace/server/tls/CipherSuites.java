package io.millrace.server.tls;

import io.millrace.server.config.TlsConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions and cipher suites that the configuration names, as Java names them. What RabbitMQ knows and Java does not,
 * or no longer, is left out with a warning; what nobody knows is refused.
 *
 * @param protocols as Java names them
 * @param ciphers likewise; empty for the usual ones
 */
record CipherSuites(List<String> protocols, List<String> ciphers) {
    private static final Logger LOG = LoggerFactory.getLogger(CipherSuites.class);

    private static final Map<String, String> PROTOCOLS = Map.of("tlsv1.3", "TLSv1.3", "tlsv1.2", "TLSv1.2");
    /** Broken, and refused by every runtime of today. */
    private static final Set<String> OLD_PROTOCOLS = Set.of("tlsv1.1", "tlsv1", "sslv3");

    /** @param supported what the runtime has */
    static CipherSuites of(TlsConfig config, SSLParameters supported) throws TlsFileException {
        List<String> protocols = protocols(config);
        List<String> ciphers = ciphers(config, supported);
        if (!ciphers.isEmpty() && ciphers.stream().noneMatch(cipher -> isOf(protocols, cipher))) {
            throw new TlsFileException(
                    config.prefix() + ".ciphers", "none is for " + String.join(" or ", config.versions()));
        }
        return new CipherSuites(protocols, ciphers);
    }

    private static List<String> protocols(TlsConfig config) throws TlsFileException {
        String key = config.prefix() + ".versions";
        Set<String> protocols = new LinkedHashSet<>();
        for (String version : config.versions()) {
            if (PROTOCOLS.containsKey(version)) {
                protocols.add(PROTOCOLS.get(version));
            } else if (OLD_PROTOCOLS.contains(version)) {
                LOG.warn("{}: {} is not spoken any more", key, version);
            } else {
                throw new TlsFileException(key, "unknown version '" + version + "' (expected: tlsv1.3 or tlsv1.2)");
            }
        }
        if (protocols.isEmpty()) {
            throw new TlsFileException(key, "no version is left (expected: tlsv1.3 or tlsv1.2)");
        }
        return List.copyOf(protocols);
    }

    private static List<String> ciphers(TlsConfig config, SSLParameters supported) throws TlsFileException {
        String key = config.prefix() + ".ciphers";
        Map<String, String> known = new LinkedHashMap<>();
        for (String suite : supported.getCipherSuites()) {
            known.put(suite, suite);
            known.put(CipherNames.openSsl(suite), suite);
        }
        Set<String> ciphers = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (String name : config.ciphers()) {
            if (known.containsKey(name)) {
                ciphers.add(known.get(name));
            } else if (CipherNames.isPlausible(name)) {
                missing.add(name);
            } else {
                throw new TlsFileException(key, "unknown cipher suite '" + name + "'");
            }
        }
        if (!missing.isEmpty()) {
            LOG.warn("{}: this Java runtime does not have {}", key, String.join(", ", missing));
        }
        if (ciphers.isEmpty() && !config.ciphers().isEmpty()) {
            throw new TlsFileException(key, "this Java runtime has none of them");
        }
        return List.copyOf(ciphers);
    }

    private static boolean isOf(List<String> protocols, String cipher) {
        return protocols.contains(cipher.contains("_WITH_") ? "TLSv1.2" : "TLSv1.3");
    }
}
