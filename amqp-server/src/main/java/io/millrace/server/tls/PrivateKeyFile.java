package io.millrace.server.tls;

import io.millrace.server.tls.PemFile.Block;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key in one of the formats that there are: PKCS#8, encrypted or not, and the older ones of RSA (PKCS#1) and
 * of elliptic curves (SEC 1), encrypted in OpenSSL's own way or not. The JDK reads PKCS#8 only, which wraps the others:
 *
 * <pre>
 * SEQUENCE { INTEGER version 0, SEQUENCE { OBJECT IDENTIFIER algorithm, parameters }, OCTET STRING key }
 * </pre>
 */
final class PrivateKeyFile {
    private static final String RSA = "RSA PRIVATE KEY";
    private static final String EC = "EC PRIVATE KEY";
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS8_ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};
    private static final byte[] NULL = {Der.NULL, 0};
    /** rsaEncryption, 1.2.840.113549.1.1.1. */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("06092a864886f70d010101");
    /** id-ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] EC_ALGORITHM = HexFormat.of().parseHex("06072a8648ce3d0201");

    /** The tag of the curve in SEC 1's ECPrivateKey. */
    private static final int EC_PARAMETERS = 0xA0;

    private static final int SALT_OCTETS = 8;

    private final String key;
    private final Path file;
    private final String password;

    private PrivateKeyFile(String key, Path file, String password) {
        this.key = key;
        this.file = file;
        this.password = password;
    }

    /**
     * Reads the first private key of the file.
     *
     * @param key the setting that names the file, for the message
     * @param password null for none
     * @throws TlsFileException there is none, it is in no known format, or the password is wrong
     */
    static PrivateKey read(String key, Path file, String password) throws TlsFileException {
        return new PrivateKeyFile(key, file, password).read();
    }

    private PrivateKey read() throws TlsFileException {
        for (Block block : PemFile.read(key, file)) {
            switch (block.label()) {
                case PKCS8 -> {
                    return keyOf(block.octets());
                }
                case PKCS8_ENCRYPTED -> {
                    return keyOf(decrypted(block));
                }
                case RSA -> {
                    return keyOf(wrapped(decryptedOldStyle(block), true));
                }
                case EC -> {
                    return keyOf(wrapped(decryptedOldStyle(block), false));
                }
                default -> {
                    // A certificate, or the parameters that OpenSSL writes in front of a key.
                }
            }
        }
        throw failure("holds no private key", null);
    }

    private PrivateKey keyOf(byte[] pkcs8) throws TlsFileException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // It is one of another algorithm.
            } catch (GeneralSecurityException e) {
                throw failure("holds a private key that Java cannot use: " + e.getMessage(), e);
            }
        }
        throw failure("holds a private key that is neither of RSA nor of an elliptic curve, or broken", null);
    }

    private byte[] wrapped(byte[] octets, boolean rsa) throws TlsFileException {
        try {
            byte[] algorithm = rsa
                    ? Der.element(Der.SEQUENCE, RSA_ALGORITHM, NULL)
                    : Der.element(Der.SEQUENCE, EC_ALGORITHM, curveOf(octets));
            return Der.element(Der.SEQUENCE, VERSION_0, algorithm, Der.element(Der.OCTET_STRING, octets));
        } catch (IllegalArgumentException e) {
            // What a wrong password makes of a key looks so, too.
            throw failure("holds a broken private key, or the password is wrong", e);
        }
    }

    /** SEC 1 has the curve behind the key, and may leave it out, which nobody does. */
    private static byte[] curveOf(byte[] ecPrivateKey) {
        Der fields = Der.of(ecPrivateKey).next(Der.SEQUENCE).inside();
        while (fields.hasNext()) {
            Der.Element field = fields.next();
            if (field.tag() == EC_PARAMETERS) {
                return field.content();
            }
        }
        throw new IllegalArgumentException("names no curve");
    }

    private byte[] decrypted(Block block) throws TlsFileException {
        requirePassword();
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(block.octets());
            // Of the newer schemes the name alone does not tell which one it is; the parameters do.
            String scheme =
                    info.getAlgName().equals("PBES2") || info.getAlgName().startsWith("1.2.840.113549.1.5.13")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            Cipher cipher = Cipher.getInstance(scheme);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray())),
                    info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw failure("cannot be decrypted, the password may be wrong: " + e.getMessage(), e);
        }
    }

    private byte[] decryptedOldStyle(Block block) throws TlsFileException {
        String encryption = block.headers().get("DEK-Info");
        if (encryption == null) {
            return block.octets();
        }
        requirePassword();
        int comma = encryption.indexOf(',');
        String name = comma < 0 ? encryption : encryption.substring(0, comma);
        try {
            byte[] start = HexFormat.of().parseHex(encryption.substring(comma + 1));
            String algorithm = name.startsWith("AES-") ? "AES" : "DESede";
            int keyOctets = switch (name) {
                case "AES-128-CBC" -> 16;
                case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
                case "AES-256-CBC" -> 32;
                default -> throw failure("is encrypted with " + name + ", which is not supported", null);
            };
            Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(oldStyleKey(start, keyOctets), algorithm),
                    new IvParameterSpec(start));
            return cipher.doFinal(block.octets());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw failure("cannot be decrypted, the password may be wrong: " + e.getMessage(), e);
        }
    }

    /** MD5 over what it made before, password and salt, until there is enough: not ours to choose. */
    private byte[] oldStyleKey(byte[] start, int octets) throws GeneralSecurityException {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] made = {};
        byte[] last = {};
        while (made.length < octets) {
            md5.update(last);
            md5.update(password.getBytes(StandardCharsets.UTF_8));
            md5.update(start, 0, SALT_OCTETS);
            last = md5.digest();
            int before = made.length;
            made = Arrays.copyOf(made, before + last.length);
            System.arraycopy(last, 0, made, before, last.length);
        }
        return Arrays.copyOf(made, octets);
    }

    private void requirePassword() throws TlsFileException {
        if (password == null) {
            throw failure("is encrypted, and there is no password for it", null);
        }
    }

    private TlsFileException failure(String problem, Throwable cause) {
        return new TlsFileException(key, file, problem, cause);
    }
}
