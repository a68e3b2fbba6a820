package io.millrace.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes settings one after another, from whatever source, checks each, and keeps the last of each key. */
final class ConfigAssembler {
    /** {@code 2} before {@code 10}, and numbers before names. */
    static final Comparator<String> MEMBER_ORDER =
            Comparator.comparing(ConfigAssembler::numberOf).thenComparing(Comparator.naturalOrder());

    private static final String NONE = "none";
    private static final String ENCRYPTED = "encrypted:";

    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, Map<String, String>> families = new TreeMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    /**
     * Sets a key. One that only RabbitMQ needs is passed over with a warning.
     *
     * @param origin where the setting is from, such as {@code broker.conf:12}
     * @throws ConfigException the key is unknown or the text is not what it expects
     */
    void set(String name, String text, String origin) {
        ConfigEntry entry = ConfigKeys.find(name);
        if (entry instanceof ConfigKey<?> key) {
            check(key, name, text, origin);
            texts.put(key.name(), text);
        } else if (entry instanceof ConfigFamily<?> family) {
            setMember(family, name, text, origin);
        } else if (IgnoredKeys.contains(name)) {
            warn(origin + ": '" + name + "' has no effect");
        } else {
            throw new ConfigException(origin + ": unknown key '" + name + "'" + suggestion(name));
        }
    }

    /** Sets one member of a family and drops all others. */
    void replace(ConfigFamily<?> family, String member, String text, String origin) {
        families.remove(family.prefix());
        setMember(family, family.prefix() + "." + member, text, origin);
    }

    /** Something the operator should know; said once. */
    void warn(String warning) {
        warnings.add(warning);
    }

    BrokerConfig build() {
        return new BrokerConfig(texts, families, List.copyOf(warnings));
    }

    private void setMember(ConfigFamily<?> family, String name, String text, String origin) {
        if (!name.equals(family.prefix())) {
            check(family, name, text, origin);
            families.computeIfAbsent(family.prefix(), prefix -> new TreeMap<>())
                    .put(name.substring(family.prefix().length() + 1), text);
        } else if (text.equals(NONE)) {
            families.put(family.prefix(), new TreeMap<>());
        } else {
            throw new ConfigException(
                    origin + ": expected '" + family.name() + " = value' or '" + family.prefix() + " = none'");
        }
    }

    private static void check(ConfigEntry entry, String name, String text, String origin) {
        if (text.startsWith(ENCRYPTED)) {
            throw new ConfigException(origin + ": " + name + ": encrypted values are not supported");
        }
        try {
            entry.type().parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(origin + ": " + name + " = " + text + ": " + e.getMessage(), e);
        }
    }

    /** The known key that differs in the fewest letters, when these are few. */
    private static String suggestion(String name) {
        String member = name.substring(name.lastIndexOf('.') + 1);
        List<String> candidates = new ArrayList<>();
        for (Map.Entry<String, ConfigEntry> known : ConfigKeys.byNameOrPrefix().entrySet()) {
            boolean family = known.getValue() instanceof ConfigFamily<?>;
            candidates.add(family ? known.getKey() + "." + member : known.getKey());
        }
        String closest = null;
        int closestDistance = Math.max(2, name.length() / 5) + 1;
        for (String candidate : candidates) {
            int distance = distance(name, candidate);
            if (distance < closestDistance) {
                closest = candidate;
                closestDistance = distance;
            }
        }
        return closest == null ? "" : ", did you mean '" + closest + "'?";
    }

    /** Letters to insert, delete or replace to make one of the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }

    private static Integer numberOf(String member) {
        try {
            return Integer.valueOf(member);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
