package io.millrace.server.tls;

import java.util.regex.Pattern;

/** OpenSSL's names of cipher suites, which configurations of RabbitMQ use, and those of IANA, which Java uses. */
final class CipherNames {
    private static final String IANA_PREFIX = "TLS_";
    private static final String WITH = "_WITH_";

    /** Names of suites in OpenSSL's style, of this runtime or not. */
    private static final Pattern OPENSSL =
            Pattern.compile("((ECDHE|ECDH|DHE|DH|RSA|PSK|SRP|ADH|AECDH|EDH|ECDSA|DSS|AECDH"
                    + "|anon|EXP|GOST\\d*|KRB5)-)*"
                    + "(AES(128|256)|CAMELLIA(128|256)|ARIA(128|256)|CHACHA20|DES|3DES|RC4|RC2|IDEA|SEED|NULL|GOST\\d*)"
                    + "(-(GCM|CCM|CCM8|CBC|CBC3|EDE|POLY1305|SHA|SHA256|SHA384|MD5|GOST\\d*))*");

    private static final Pattern IANA =
            Pattern.compile("TLS_[A-Z0-9_]+_WITH_[A-Z0-9_]+|TLS_(AES|CHACHA20|SM4|AEGIS)_[A-Z0-9_]+");

    private CipherNames() {}

    /**
     * What OpenSSL calls a suite. Those of TLS 1.3 have one name only.
     *
     * @param iana such as {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}
     */
    static String openSsl(String iana) {
        int with = iana.indexOf(WITH);
        if (with < 0) {
            return iana;
        }
        String exchange = iana.substring(iana.indexOf('_') + 1, with);
        String rest = iana.substring(with + WITH.length());
        // A key exchange by RSA alone goes without saying, and so does CBC.
        String shown = exchange.equals("RSA") ? "" : exchange.replace('_', '-') + "-";
        return shown
                + rest.replace("AES_", "AES")
                        .replace("CAMELLIA_", "CAMELLIA")
                        .replace("ARIA_", "ARIA")
                        .replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305")
                        .replace("3DES_EDE_CBC", "DES-CBC3")
                        .replace("_CBC", "")
                        .replace("CCM_8", "CCM8")
                        .replace('_', '-');
    }

    /** Whether this looks like the name of a suite, if perhaps of one that Java does not have. */
    static boolean isPlausible(String name) {
        if (!name.startsWith(IANA_PREFIX)) {
            return OPENSSL.matcher(name).matches();
        }
        return IANA.matcher(name).matches();
    }
}
