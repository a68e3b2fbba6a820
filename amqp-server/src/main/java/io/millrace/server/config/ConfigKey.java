package io.millrace.server.config;

import java.util.List;

/**
 * A single key.
 *
 * @param name as written in the file
 * @param aliases other names of the same key
 * @param type how the value is read
 * @param defaultValue null when the key is not set by default
 * @param doc what it is for
 */
record ConfigKey<T>(String name, List<String> aliases, ValueType<T> type, String defaultValue, String doc)
        implements ConfigEntry {
    @Override
    public String defaultText() {
        return defaultValue == null ? "" : defaultValue;
    }
}
