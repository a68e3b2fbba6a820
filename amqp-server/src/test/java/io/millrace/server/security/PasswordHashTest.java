package io.millrace.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PasswordHashTest {

    /** Published examples. */
    @ParameterizedTest
    @CsvSource({
        "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR, test12",
        "9/1i+jKFRpbTRV1PtRnzFFYibT3cEpP92JeZ8YKGtflf4e/u, guest",
    })
    void hashesOfTheReferenceBrokerMatch(String base64, String password) {
        PasswordHash hash = PasswordHash.ofBase64(base64, HashingAlgorithm.SHA256);

        assertTrue(hash.matches(password.getBytes(UTF_8)));
        assertFalse(hash.matches((password + "x").getBytes(UTF_8)));
        assertFalse(hash.matches(new byte[0]));
        assertEquals(base64, hash.base64());
    }

    @ParameterizedTest
    @EnumSource
    void everyAlgorithmIsReadBackByItsName(HashingAlgorithm algorithm) {
        byte[] password = "pässword".getBytes(UTF_8);
        PasswordHash made = PasswordHash.ofPassword(password, algorithm, new Random(1));
        PasswordHash read =
                PasswordHash.ofBase64(made.base64(), HashingAlgorithm.ofDefinitionName(algorithm.definitionName()));

        assertEquals(algorithm, read.algorithm());
        assertTrue(read.matches(password));
        assertFalse(read.matches("password".getBytes(UTF_8)));
        assertEquals(4 + algorithm.digestLength(), Base64.getDecoder().decode(made.base64()).length);
    }

    @Test
    void samePasswordTwiceGivesDifferentHashes() {
        Random salts = new Random(1);
        byte[] password = "p".getBytes(UTF_8);

        assertNotEquals(
                PasswordHash.ofPassword(password, HashingAlgorithm.SHA256, salts)
                        .base64(),
                PasswordHash.ofPassword(password, HashingAlgorithm.SHA256, salts)
                        .base64());
    }

    @Test
    void emptyHashMatchesNothing() {
        PasswordHash none = PasswordHash.ofBase64("", HashingAlgorithm.SHA256);

        assertTrue(none.isEmpty());
        assertFalse(none.matches(new byte[0]));
        assertFalse(none.matches("guest".getBytes(UTF_8)));
        assertEquals("", none.base64());
    }

    @ParameterizedTest
    @CsvSource({
        "'not base64!', password hash is not Base64",
        "AAAA, password hash length: 3 (expected: 36 for rabbit_password_hashing_sha256)",
    })
    void damagedHashesAreRefused(String base64, String message) {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> PasswordHash.ofBase64(base64, HashingAlgorithm.SHA256));

        assertEquals(message, error.getMessage());
    }

    @Test
    void unknownAlgorithmIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> HashingAlgorithm.ofDefinitionName("rot13"));
    }

    @Test
    void hashStaysOutOfLogs() {
        PasswordHash hash = PasswordHash.ofPassword("p".getBytes(UTF_8), HashingAlgorithm.SHA256, new Random(1));

        assertFalse(new User("u", hash, Set.of()).toString().contains(hash.base64()));
    }
}
