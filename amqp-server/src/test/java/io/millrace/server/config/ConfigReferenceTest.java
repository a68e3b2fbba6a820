package io.millrace.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * To write the page anew: {@code mvn -pl amqp-server -am test -Dtest=ConfigReferenceTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.write=true}
 */
final class ConfigReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void thePageSaysWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean("millrace.write")) {
            Files.writeString(PAGE, ConfigReference.markdown());
        }
        assertEquals(Files.readString(PAGE), ConfigReference.markdown());
    }

    @Test
    void everyKeyIsUnderAHeading() throws IllegalAccessException {
        List<Object> declared = new ArrayList<>();
        for (var field : ConfigKeys.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && ConfigEntry.class.isAssignableFrom(field.getType())) {
                declared.add(field.get(null));
            } else if (field.getType() == TlsKeys.class) {
                declared.addAll(((TlsKeys) field.get(null)).entries());
            }
        }
        List<Object> listed = new ArrayList<>();
        ConfigKeys.sections().forEach(section -> listed.addAll(section.entries()));
        assertEquals(declared, listed);
    }

    @Test
    void everyKeyOfTlsIsListed() throws IllegalAccessException {
        TlsKeys keys = new TlsKeys("prefix");
        List<Object> declared = new ArrayList<>();
        for (var field : TlsKeys.class.getDeclaredFields()) {
            if (ConfigEntry.class.isAssignableFrom(field.getType())) {
                declared.add(field.get(keys));
            }
        }
        assertEquals(declared, keys.entries());
    }

    @Test
    void everyDefaultIsAValueOfItsKey() {
        for (ConfigKeys.Section section : ConfigKeys.sections()) {
            for (ConfigEntry entry : section.entries()) {
                if (entry instanceof ConfigKey<?> key && key.defaultValue() != null) {
                    key.type().parse(key.defaultValue());
                } else if (entry instanceof ConfigFamily<?> family) {
                    family.defaults().values().forEach(family.type()::parse);
                }
            }
        }
    }

    @Test
    void noKeyIsKnownAndIgnored() {
        for (String name : ConfigKeys.byNameOrPrefix().keySet()) {
            assertFalse(IgnoredKeys.contains(name) || IgnoredKeys.contains(name + ".x"), name);
        }
    }

    @Test
    void theHelpNamesEveryKeyInLinesThatFitATerminal() {
        String text = ConfigReference.text();
        for (ConfigKeys.Section section : ConfigKeys.sections()) {
            section.entries().forEach(entry -> assertTrue(text.contains("  " + entry.name() + "  ("), entry.name()));
        }
        text.lines().forEach(line -> assertTrue(line.length() <= 110, line));
    }
}
