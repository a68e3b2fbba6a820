package io.millrace.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes settings one after another, from whatever source, checks each, and keeps the last of each key. */
final class ConfigAssembler {
    /** {@code 2} before {@code 10}, and numbers before names. */
    static final Comparator<String> MEMBER_ORDER =
            Comparator.comparing(ConfigAssembler::numberOf).thenComparing(Comparator.naturalOrder());

    private static final String NONE = "none";

    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, Map<String, String>> families = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * Sets a key.
     *
     * @param origin where the setting is from, such as {@code broker.conf:12}
     */
    void set(String name, String text, String origin) {
        ConfigEntry entry = ConfigKeys.byNameOrPrefix().get(name);
        if (entry instanceof ConfigKey<?> key) {
            check(key, name, text, origin);
            texts.put(key.name(), text);
        } else if (entry instanceof ConfigFamily<?> family && text.equals(NONE)) {
            families.put(family.prefix(), new TreeMap<>());
        } else {
            setMember(name, text, origin);
        }
    }

    /** Something the operator should know. */
    void warn(String warning) {
        warnings.add(warning);
    }

    BrokerConfig build() {
        return new BrokerConfig(texts, families, warnings);
    }

    private void setMember(String name, String text, String origin) {
        for (ConfigEntry entry : ConfigKeys.byNameOrPrefix().values()) {
            if (entry instanceof ConfigFamily<?> family && name.startsWith(family.prefix() + ".")) {
                check(family, name, text, origin);
                families.computeIfAbsent(family.prefix(), prefix -> new TreeMap<>())
                        .put(name.substring(family.prefix().length() + 1), text);
                return;
            }
        }
        throw new ConfigException(origin + ": unknown key '" + name + "'");
    }

    private static void check(ConfigEntry entry, String name, String text, String origin) {
        try {
            entry.type().parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(origin + ": " + name + " = " + text + ": " + e.getMessage(), e);
        }
    }

    private static Integer numberOf(String member) {
        try {
            return Integer.valueOf(member);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
