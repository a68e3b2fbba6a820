package io.millrace.server.vhost;

import io.millrace.codec.value.ShortString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** Names that the server makes: a prefix and 22 characters that stand for 16 random octets. */
public final class GeneratedName {
    private static final int RANDOM_BYTES = 16;

    private GeneratedName() {}

    public static ShortString withPrefix(String prefix) {
        byte[] random = new byte[RANDOM_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        return ShortString.of((prefix + text).getBytes(StandardCharsets.US_ASCII));
    }
}
