package io.millrace.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CipherNamesTest {
    @ParameterizedTest
    @CsvSource({
        "TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256, TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, DHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, ECDHE-RSA-AES256-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, ECDHE-ECDSA-AES128-SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256, AES128-GCM-SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA, AES256-SHA",
        "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256, DHE-DSS-AES128-SHA256",
        "SSL_RSA_WITH_3DES_EDE_CBC_SHA, DES-CBC3-SHA",
    })
    void suitesHaveOpenSslsNames(String iana, String openSsl) {
        assertEquals(openSsl, CipherNames.openSsl(iana));
    }

    @Test
    void namesOfThisRuntimesSuitesArePlausible() throws NoSuchAlgorithmException {
        for (String suite : SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()) {
            if (!suite.contains("SCSV")) {
                assertTrue(CipherNames.isPlausible(suite), suite);
                assertTrue(CipherNames.isPlausible(CipherNames.openSsl(suite)), CipherNames.openSsl(suite));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_AES_128_CCM_8_SHA256",
                "ECDHE-ECDSA-AES256-CCM8",
                "ECDH-RSA-AES256-GCM-SHA384",
                "DHE-DSS-AES256-GCM-SHA384",
                "ECDHE-ECDSA-CAMELLIA256-SHA384",
                "DES-CBC3-SHA",
                "TLS_PSK_WITH_AES_128_GCM_SHA256"
            })
    void namesOfOtherRuntimesSuitesArePlausible(String name) {
        assertTrue(CipherNames.isPlausible(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "AES", "ECDHE-RSA-AES256-GCM-SHA385", "HIGH:!aNULL", "TLS_AES", "tls_aes_128_gcm_sha256"})
    void otherNamesAreNot(String name) {
        assertFalse(CipherNames.isPlausible(name));
    }
}
