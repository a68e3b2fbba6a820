package io.millrace.server.alarm;

import java.util.Locale;

/** What a broker can run short of. In the order in which a client is told. */
public enum Resource {
    DISK,
    MEMORY;

    /** As clients and operators read it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The resource of that {@link #label}. */
    public static Resource ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
