package io.millrace.server.config;

/** One line of the table of keys: a key, or a family of keys that differ in their last part. */
sealed interface ConfigEntry permits ConfigKey, ConfigFamily {
    /** As written in the file; a family ends in a placeholder such as {@code NAME}. */
    String name();

    /** How the value is read. */
    ValueType<?> type();

    /** The default as it would be written, empty when there is none. */
    String defaultText();

    /** What it is for, in one paragraph. */
    String doc();
}
