package io.millrace.server.security;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import org.junit.jupiter.api.Test;

final class AccessTest {
    private static final ShortString EXCHANGE = ShortString.of("x");

    private final AccessControl control = new AccessControl(Definitions.none());
    private final Access access = new Access(control, "u", "v");

    private void permit(String configure, String write, String read) {
        control.put(new Permission("u", "v", configure, write, read));
    }

    private boolean mayWrite(String exchange) {
        try {
            access.checkExchange(AccessRight.WRITE, ShortString.of(exchange));
            return true;
        } catch (ChannelError e) {
            return false;
        }
    }

    @Test
    void nothingIsAllowedWithoutAPermission() {
        assertFalse(control.mayEnter("u", "v"));
        assertFalse(mayWrite("x"));
    }

    @Test
    void permissionsHoldForOneUserInOneVirtualHost() {
        permit(".*", ".*", ".*");

        assertTrue(control.mayEnter("u", "v"));
        assertFalse(control.mayEnter("u", "w"));
        assertFalse(control.mayEnter("other", "v"));
    }

    @Test
    void aPatternIsSearchedAnywhereUnlessAnchored() {
        permit("", "lim", "^lim$");

        assertTrue(mayWrite("a-lim-b"));
        assertTrue(access.mayRead(ShortString.of("lim")));
        assertFalse(access.mayRead(ShortString.of("lim-b")));
    }

    @Test
    void theEmptyPatternMatchesTheEmptyNameOnly() {
        permit("", "", "");

        assertFalse(mayWrite("x"));
        assertDoesNotThrow(() -> access.checkQueue(AccessRight.WRITE, ShortString.EMPTY));
    }

    @Test
    void theDefaultExchangeIsCheckedByItsOtherName() {
        permit("", "^amq\\.default$", "");

        assertTrue(mayWrite(""));
    }

    @Test
    void aRefusalNamesRightResourceAndUser() {
        permit("", "", "");

        ChannelError refused =
                assertThrows(ChannelError.class, () -> access.checkExchange(AccessRight.WRITE, ShortString.EMPTY));

        assertEquals(
                "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost 'v' refused for user 'u'",
                refused.replyText());
    }

    @Test
    void aPatternThatCannotBeCompiledAllowsNothing() {
        String tooLong = "a".repeat(NamePattern.LENGTH_MAX + 1);
        for (String pattern : new String[] {"(", "(?=x)", "(x)\\1", tooLong}) {
            permit("", pattern, "");
            assertFalse(mayWrite("x"), pattern);
            assertFalse(mayWrite(tooLong.substring(0, 255)), pattern);
            assertNotNull(AccessControl.errorInPattern(pattern), pattern);
        }
        assertNull(AccessControl.errorInPattern("a".repeat(NamePattern.LENGTH_MAX)));
    }

    @Test
    void aPatternThatWouldBacktrackForEverIsAnswered() {
        permit("", "^(a+)+$", "");

        assertFalse(mayWrite("a".repeat(254) + "b"));
    }

    @Test
    void changesHoldAtOnceForWhatWasAllowedBefore() {
        permit(".*", ".*", ".*");
        assertTrue(mayWrite("x"));

        permit(".*", "^y$", ".*");
        assertFalse(mayWrite("x"));
        assertTrue(mayWrite("y"));

        control.removePermission("u", "v");
        assertFalse(mayWrite("y"));
    }

    @Test
    void moreNamesThanAreRememberedAreStillAllowed() {
        permit("", ".*", "");
        for (int i = 0; i < 1_000; i++) {
            assertTrue(mayWrite("x" + i));
        }
        assertTrue(mayWrite("x0"));
    }

    @Test
    void oneRightOfThreeMakesAQueueVisible() {
        permit("", "", "^q$");

        assertDoesNotThrow(() -> access.checkQueueVisible(ShortString.of("q")));
        ChannelError refused =
                assertThrows(ChannelError.class, () -> access.checkQueueVisible(ShortString.of("other")));
        assertEquals(
                "ACCESS_REFUSED - configure access to queue 'other' in vhost 'v' refused for user 'u'",
                refused.replyText());
    }

    @Test
    void topicsAreFreeUntilTheyAreRestricted() {
        permit(".*", ".*", ".*");
        ShortString key = ShortString.of("some.key");
        assertDoesNotThrow(() -> access.checkTopic(AccessRight.WRITE, EXCHANGE, key));

        control.put(new TopicPermission("u", "v", "x", "^ok", "^{username}\\."));

        ChannelError refused =
                assertThrows(ChannelError.class, () -> access.checkTopic(AccessRight.WRITE, EXCHANGE, key));
        assertEquals(
                "ACCESS_REFUSED - write access to topic 'some.key' in exchange 'x' in vhost 'v' refused for user 'u'",
                refused.replyText());
        assertDoesNotThrow(() -> access.checkTopic(AccessRight.WRITE, EXCHANGE, ShortString.of("ok.1")));
        assertDoesNotThrow(() -> access.checkTopic(AccessRight.READ, EXCHANGE, ShortString.of("u.1")));
        assertDoesNotThrow(() -> access.checkTopic(AccessRight.WRITE, ShortString.of("other"), key));

        control.removeTopicPermission("u", "v", "x");
        assertDoesNotThrow(() -> access.checkTopic(AccessRight.WRITE, EXCHANGE, key));
    }

    @Test
    void aUserCannotWidenAPatternByBeingCalledLikeOne() {
        control.put(new Permission(".*", "v", ".*", ".*", ".*"));
        control.put(new TopicPermission(".*", "v", "x", "^{username}\\.", "^{vhost}$"));
        Access wild = new Access(control, ".*", "v");

        assertThrows(
                ChannelError.class, () -> wild.checkTopic(AccessRight.WRITE, EXCHANGE, ShortString.of("anybody.1")));
        assertDoesNotThrow(() -> wild.checkTopic(AccessRight.WRITE, EXCHANGE, ShortString.of(".*.1")));
        assertDoesNotThrow(() -> wild.checkTopic(AccessRight.READ, EXCHANGE, ShortString.of("v")));
    }
}
