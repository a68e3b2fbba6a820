package io.millrace.server.store;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.Content;
import io.millrace.codec.ContentBlocks;
import io.millrace.codec.ContentFiller;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.millrace.log.LogConfig;
import io.millrace.log.MessageLog;
import io.millrace.log.RecoveryTarget;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.server.queue.Message;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopJournalTest {
    private static final byte[] LIST =
            BasicProperties.builder().deliveryMode(2).build().encode();
    private static final int BLOCK = 64 << 10;
    private static final int BODY = BLOCK / 8;

    private final ContentFiller filler = new ContentBlocks(BLOCK).filler();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Test
    void aBlockIsNotUsedAgainBeforeTheLogHasWrittenWhatIsInIt(@TempDir Path directory) throws Exception {
        DurableNotifier notifier = new DurableNotifier(List.of(), e -> {}, full -> {});
        try (MessageLog log = open(directory, notifier)) {
            LoopJournal journal = new LoopJournal(tasks::add);
            journal.open(log);
            for (int sequence = 1; sequence <= BLOCK / BODY; sequence++) {
                Message message = message();
                journal.publish(1, sequence, message);
                message.release();
            }
            CountDownLatch durable = new CountDownLatch(1);
            journal.whenDurable(durable::countDown);
            assertNull(message());
            tasks.remove().run();
            assertTrue(durable.await(60, TimeUnit.SECONDS));
            assertNotNull(message());
        }
    }

    private static MessageLog open(Path directory, DurableNotifier notifier) throws IOException {
        LogConfig config = LogConfig.defaults().withFileSize(1 << 20).withSync(SyncMode.OS);
        return MessageLog.open(DiskFiles.in(directory), config, new NothingKept(), notifier);
    }

    /** The directory is new. */
    private static final class NothingKept implements RecoveryTarget {
        @Override
        public boolean isLive(int queueId) {
            return false;
        }

        @Override
        public void recovered(int queueId, long messages, long lastSequence, long deliveredUpTo) {
            throw new AssertionError("messages in a new directory");
        }
    }

    private Message message() {
        Content content = filler.fill(LIST, Unpooled.wrappedBuffer(new byte[BODY]), 0, BODY);
        return content == null ? null : new Message(ShortString.EMPTY, ShortString.of("q"), content, false);
    }
}
