package io.millrace.log.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskFilesTest {
    @TempDir
    Path directory;

    @Test
    void readsBackWhatWasWrittenAtItsPosition() throws IOException {
        DiskFiles files = DiskFiles.in(directory);
        try (LogFile file = files.create("a")) {
            file.write(direct("world"), 6);
            file.write(direct("hello "), 0);
            file.force();
            assertEquals(11, file.size());
            ByteBuffer target = ByteBuffer.allocateDirect(64);
            assertEquals(11, file.read(target, 0));
            assertEquals(5, file.read(target.clear(), 6));
            assertEquals(0, file.read(target.clear(), 11));
        }
        assertArrayEquals("hello world".getBytes(StandardCharsets.UTF_8), Files.readAllBytes(directory.resolve("a")));
    }

    @Test
    void createsNoFileThatExistsAndOpensNoneThatDoesNot() throws IOException {
        DiskFiles files = DiskFiles.in(directory);
        files.create("a").close();
        assertThrows(IOException.class, () -> files.create("a"));
        assertThrows(IOException.class, () -> files.open("b"));
    }

    @Test
    void renamesDeletesAndLists() throws IOException {
        DiskFiles files = DiskFiles.in(directory.resolve("made/on/the/way"));
        files.create("a").close();
        files.rename("a", "b");
        files.forceDirectory();
        assertEquals(List.of("b"), files.list());
        files.delete("b");
        assertEquals(List.of(), files.list());
        assertTrue(files.usableSpace() > 0);
    }

    @Test
    void letsOneHolderIntoTheDirectoryAndNamesItToTheNext() throws IOException {
        Closeable lock = DiskFiles.in(directory).lock();
        IOException e =
                assertThrows(IOException.class, () -> DiskFiles.in(directory).lock());
        assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
        assertTrue(e.getMessage().contains("in use"), e.getMessage());
        lock.close();
        DiskFiles.in(directory).lock().close();
    }

    private static ByteBuffer direct(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }
}
