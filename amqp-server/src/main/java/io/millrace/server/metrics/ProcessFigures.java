package io.millrace.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says of this process. 0 where it says nothing. */
public final class ProcessFigures {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private ProcessFigures() {}

    /** Open files and sockets. */
    public static long openFileDescriptors() {
        UnixOperatingSystemMXBean unix = unix();
        return unix == null ? 0 : unix.getOpenFileDescriptorCount();
    }

    /** How many files and sockets may be open. */
    public static long maxFileDescriptors() {
        UnixOperatingSystemMXBean unix = unix();
        return unix == null ? 0 : unix.getMaxFileDescriptorCount();
    }

    /** Physical memory that the process takes, in octets: heap, buffers, code and stacks together. */
    public static long residentMemoryBytes() {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(RESIDENT)) {
                    String kibibytes =
                            line.substring(RESIDENT.length()).replace("kB", "").strip();
                    return Long.parseLong(kibibytes) * 1024;
                }
            }
        } catch (IOException e) {
            return 0; // no Linux
        }
        return 0;
    }

    /** Memory of the machine or container, in octets. */
    public static long machineMemoryBytes() {
        UnixOperatingSystemMXBean unix = unix();
        return unix == null ? 0 : unix.getTotalMemorySize();
    }

    private static UnixOperatingSystemMXBean unix() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix : null;
    }
}
