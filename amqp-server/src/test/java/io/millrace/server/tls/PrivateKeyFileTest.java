package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeyFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void pkcs8IsRead(String algorithm) throws Exception {
        PrivateKey key = newKey(algorithm);
        assertEquals(key, read(PemFiles.block("PRIVATE KEY", key.getEncoded()), null));
    }

    @Test
    void keysOfRsaInTheirOldFormatAreRead() throws Exception {
        PrivateKey key = newKey("RSA");
        assertEquals(key, read(PemFiles.block("RSA PRIVATE KEY", insideOf(key)), null));
    }

    /** The JDK leaves the curve out of the inner structure, which OpenSSL puts there. */
    @Test
    void keysOfCurvesInTheirOldFormatAreRead() throws Exception {
        PrivateKey key = newKey("EC");
        Der fields = Der.of(insideOf(key)).next(Der.SEQUENCE).inside();
        byte[] version = fields.next().encoded();
        byte[] number = fields.next().encoded();
        byte[] curve = HexFormat.of().parseHex("06082a8648ce3d030107");
        byte[] sec1 = Der.element(Der.SEQUENCE, version, number, Der.element(0xA0, curve));

        String parameters = PemFiles.block("EC PARAMETERS", curve);
        PrivateKey read = read(parameters + PemFiles.block("EC PRIVATE KEY", sec1), null);
        assertEquals(((ECPrivateKey) key).getS(), ((ECPrivateKey) read).getS());
        assertEquals(
                "key: F: holds a broken private key, or the password is wrong",
                failure(PemFiles.block("EC PRIVATE KEY", insideOf(key)), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithSHA1AndDESede"})
    void encryptedKeysAreReadWithTheirPassword(String scheme) throws Exception {
        PrivateKey key = newKey("RSA");
        String pem = PemFiles.block("ENCRYPTED PRIVATE KEY", encrypted(key, scheme, "s3cret"));

        assertEquals(key, read(pem, "s3cret"));
        assertTrue(failure(pem, "wrong").startsWith("key: F: cannot be decrypted, the password may be wrong: "));
        assertEquals("key: F: is encrypted, and there is no password for it", failure(pem, null));
    }

    /** A key that {@code openssl rsa -aes128 -traditional -passout pass:s3cret} encrypts would look so. */
    @Test
    void encryptionThatIsNotKnownIsNamed() throws Exception {
        String pem = PemFiles.block("RSA PRIVATE KEY", "none".getBytes(UTF_8))
                .replace("KEY-----\nb", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: SEED-CBC,00\n\nb");
        assertEquals("key: F: is encrypted with SEED-CBC, which is not supported", failure(pem, "s3cret"));
    }

    @Test
    void aFileWithoutAKeyIsRefused() throws Exception {
        assertEquals("key: F: holds no private key", failure("hello", null));
        assertEquals(
                "key: F: is no PEM: the end of the PRIVATE KEY in line 2 is missing",
                failure("hello\n-----BEGIN PRIVATE KEY-----\nAAAA\n", null));
        assertTrue(failure("-----BEGIN PRIVATE KEY-----\nA*A\n-----END PRIVATE KEY-----\n", null)
                .startsWith("key: F: is no PEM: "));
        assertEquals(
                "key: F: holds a private key that is neither of RSA nor of an elliptic curve, or broken",
                failure(PemFiles.block("PRIVATE KEY", new byte[] {1, 2, 3}), null));
        assertEquals(
                "key: F: no such file",
                assertThrows(TlsFileException.class, () -> PrivateKeyFile.read("key", directory.resolve("none"), null))
                        .getMessage()
                        .replace(directory.resolve("none").toString(), "F"));
    }

    private static PrivateKey newKey(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
            generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        }
        return generator.generateKeyPair().getPrivate();
    }

    /** What PKCS#8 wraps. */
    private static byte[] insideOf(PrivateKey key) {
        Der fields = Der.of(key.getEncoded()).next(Der.SEQUENCE).inside();
        fields.next(Der.INTEGER);
        fields.next(Der.SEQUENCE);
        return fields.next(Der.OCTET_STRING).content();
    }

    private static byte[] encrypted(PrivateKey key, String scheme, String password)
            throws GeneralSecurityException, IOException {
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray())));
        byte[] octets = cipher.doFinal(key.getEncoded());
        if (!scheme.contains("Hmac")) {
            return new EncryptedPrivateKeyInfo(cipher.getParameters(), octets).getEncoded();
        }
        // PBES2, which the class writes in newer runtimes only.
        byte[] pbes2 = HexFormat.of().parseHex("06092a864886f70d01050d");
        byte[] algorithm =
                Der.element(Der.SEQUENCE, pbes2, cipher.getParameters().getEncoded());
        return Der.element(Der.SEQUENCE, algorithm, Der.element(Der.OCTET_STRING, octets));
    }

    private PrivateKey read(String pem, String password) throws IOException {
        return PrivateKeyFile.read("key", PemFiles.write(directory.resolve("key.pem"), pem), password);
    }

    private String failure(String pem, String password) {
        Path file = directory.resolve("key.pem");
        return assertThrows(TlsFileException.class, () -> read(pem, password))
                .getMessage()
                .replace(file.toString(), "F");
    }
}
