package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.ShortString;
import io.millrace.server.alarm.MemoryAlarm;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.TestLoop;
import org.junit.jupiter.api.Test;

class ReplyQueuesTest {
    private final TestLoop loop = new TestLoop("home");
    private static final QueueMemory MEMORY = QueueMemory.alone(new MemoryAlarm(Long.MAX_VALUE, on -> {}));

    private final ReplyQueues replies = new ReplyQueues("/", MEMORY);

    @Test
    void anAddressIsFoundWhileItsQueueIsOpen() {
        Queue queue = replies.open(() -> loop);
        assertTrue(queue.name().toString().startsWith("amq.rabbitmq.reply-to."));
        assertSame(queue, replies.find(queue.name()));
        assertTrue(replies.answers(queue.name()));
        loop.on(() -> replies.close(queue));
        assertNull(replies.find(queue.name()));
        assertFalse(replies.answers(queue.name()));
    }

    @Test
    void anAddressIsKnownForIssuedWhenItsQueueIsGone() {
        Queue queue = replies.open(() -> loop);
        loop.on(() -> replies.close(queue));
        assertTrue(replies.isIssued(queue.name()));
    }

    @Test
    void aMadeUpAddressIsNot() {
        Queue queue = replies.open(() -> loop);
        String name = queue.name().toString();
        char other = name.charAt(30) == 'A' ? 'B' : 'A';
        assertFalse(replies.isIssued(ShortString.of(name.substring(0, 30) + other + name.substring(31))));
        assertFalse(replies.isIssued(ShortString.of("amq.rabbitmq.reply-to.garbage")));
        assertFalse(replies.isIssued(ShortString.of("amq.rabbitmq.reply-to.")));
        assertFalse(replies.isIssued(ReplyQueues.PSEUDO_QUEUE));
        assertFalse(replies.isIssued(ShortString.of("q")));
    }

    @Test
    void anAddressWithAnotherKeyIsKnownForIssuedAndReachesNobody() {
        String name = replies.open(() -> loop).name().toString();
        String firstPart = name.substring(0, name.lastIndexOf('.'));
        for (String tampered : new String[] {
            name.substring(0, name.length() - 5) + "xxxxx", firstPart + ".", firstPart + ".!!", name + ".x"
        }) {
            assertTrue(replies.isIssued(ShortString.of(tampered)), tampered);
            assertNull(replies.find(ShortString.of(tampered)), tampered);
        }
        assertFalse(replies.isIssued(ShortString.of(firstPart)));
    }

    @Test
    void anotherBrokersAddressIsNot() {
        Queue elsewhere = new ReplyQueues("/", MEMORY).open(() -> loop);
        assertFalse(replies.isIssued(elsewhere.name()));
    }

    @Test
    void everyChannelGetsAnAddressOfItsOwn() {
        Queue one = replies.open(() -> loop);
        Queue other = replies.open(() -> loop);
        assertNotEquals(one.name(), other.name());
        assertSame(other, replies.find(other.name()));
    }

    @Test
    void nothingOfItIsStoredOrRemembered() {
        Queue queue = replies.open(() -> loop);
        assertFalse(queue.isLasting());
        assertEquals(false, queue.settings().durable());
        loop.on(() -> replies.close(queue));
        assertTrue(loop.journal().takeRecords().isEmpty());
    }

    @Test
    void thePseudoQueueIsAlwaysThere() {
        assertTrue(replies.answers(ReplyQueues.PSEUDO_QUEUE));
        assertNull(replies.find(ReplyQueues.PSEUDO_QUEUE));
    }
}
