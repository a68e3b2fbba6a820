package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/**
 * A salted password hash as it stands in definitions files: the Base64 of four octets of salt and the digest of salt
 * and password. The empty hash belongs to a user that has no password; nothing matches it. Immutable.
 */
public final class PasswordHash {
    private static final int SALT_LENGTH = 4;

    private final HashingAlgorithm algorithm;

    /** Salt and digest, or nothing. */
    private final byte[] saltAndDigest;

    private PasswordHash(HashingAlgorithm algorithm, byte[] saltAndDigest) {
        this.algorithm = algorithm;
        this.saltAndDigest = saltAndDigest;
    }

    /**
     * Reads a hash from a definitions file.
     *
     * @param base64 the hash, or the empty string for none
     * @throws IllegalArgumentException if it is not Base64 or has not the length that the algorithm's hashes have
     */
    public static PasswordHash ofBase64(String base64, HashingAlgorithm algorithm) {
        requireNonNull(algorithm, "algorithm is null");
        byte[] octets;
        try {
            octets = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("password hash is not Base64", e);
        }
        int expected = SALT_LENGTH + algorithm.digestLength();
        if (octets.length != 0 && octets.length != expected) {
            throw new IllegalArgumentException("password hash length: " + octets.length + " (expected: " + expected
                    + " for " + algorithm.definitionName() + ")");
        }
        return new PasswordHash(algorithm, octets);
    }

    /**
     * Hashes a password.
     *
     * @param password its octets, usually UTF-8
     * @param salts a {@link java.security.SecureRandom}, except in tests
     */
    public static PasswordHash ofPassword(byte[] password, HashingAlgorithm algorithm, Random salts) {
        byte[] salt = new byte[SALT_LENGTH];
        salts.nextBytes(salt);
        byte[] digest = digest(algorithm, salt, password);
        byte[] saltAndDigest = Arrays.copyOf(salt, SALT_LENGTH + digest.length);
        System.arraycopy(digest, 0, saltAndDigest, SALT_LENGTH, digest.length);
        return new PasswordHash(algorithm, saltAndDigest);
    }

    /** Whether it is the password's hash. Takes the same time for right and wrong ones of the same length. */
    public boolean matches(byte[] password) {
        if (saltAndDigest.length == 0) {
            return false;
        }
        byte[] digest = digest(algorithm, Arrays.copyOf(saltAndDigest, SALT_LENGTH), password);
        return MessageDigest.isEqual(digest, Arrays.copyOfRange(saltAndDigest, SALT_LENGTH, saltAndDigest.length));
    }

    /** Whether there is no password at all. */
    public boolean isEmpty() {
        return saltAndDigest.length == 0;
    }

    /** How the hash was made. */
    public HashingAlgorithm algorithm() {
        return algorithm;
    }

    /** The hash for a definitions file. */
    public String base64() {
        return Base64.getEncoder().encodeToString(saltAndDigest);
    }

    private static byte[] digest(HashingAlgorithm algorithm, byte[] salt, byte[] password) {
        MessageDigest digest = algorithm.newDigest();
        digest.update(salt);
        return digest.digest(password);
    }

    /** Without the hash: it must not get into logs. */
    @Override
    public String toString() {
        return isEmpty() ? "no password" : algorithm.definitionName();
    }
}
