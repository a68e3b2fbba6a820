package io.millrace.server.security;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How a password became a hash. The names are those of exported definitions files. */
public enum HashingAlgorithm {
    /** What new users get. */
    SHA256("rabbit_password_hashing_sha256", "SHA-256", 32),
    SHA512("rabbit_password_hashing_sha512", "SHA-512", 64),
    /** For the import of very old users only: it is broken. */
    MD5("rabbit_password_hashing_md5", "MD5", 16);

    private final String definitionName;
    private final String digestName;
    private final int digestLength;

    HashingAlgorithm(String definitionName, String digestName, int digestLength) {
        this.definitionName = definitionName;
        this.digestName = digestName;
        this.digestLength = digestLength;
    }

    /**
     * The algorithm that a definitions file names.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static HashingAlgorithm ofDefinitionName(String name) {
        for (HashingAlgorithm algorithm : values()) {
            if (algorithm.definitionName.equals(name)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("unknown password hashing algorithm '" + name + "'");
    }

    /** The name in definitions files. */
    public String definitionName() {
        return definitionName;
    }

    /** Octets of a digest. */
    int digestLength() {
        return digestLength;
    }

    MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(digestName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(digestName + " is missing from this Java runtime", e);
        }
    }
}
