package io.millrace.server.config;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Keys such as {@code listeners.tcp.NAME}. Setting any member replaces the defaults; setting the prefix alone to
 * {@code none} leaves the family empty.
 *
 * @param prefix without the last dot
 * @param placeholder what stands for the last part in the reference
 * @param type how the value of each member is read
 * @param defaults member to text
 * @param doc what it is for
 */
record ConfigFamily<T>(String prefix, String placeholder, ValueType<T> type, Map<String, String> defaults, String doc)
        implements ConfigEntry {
    @Override
    public String name() {
        return prefix + "." + placeholder;
    }

    @Override
    public String defaultText() {
        return defaults.entrySet().stream()
                .map(member -> prefix + "." + member.getKey() + " = " + member.getValue())
                .collect(Collectors.joining(", "));
    }
}
