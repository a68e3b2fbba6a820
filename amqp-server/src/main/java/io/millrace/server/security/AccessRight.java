package io.millrace.server.security;

import java.util.Locale;

/** What somebody wants to do with a queue or an exchange. */
public enum AccessRight {
    CONFIGURE,
    WRITE,
    READ;

    /** As error texts name it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
