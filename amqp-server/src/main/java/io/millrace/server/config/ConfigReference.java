package io.millrace.server.config;

/** Describes every key, as text for the terminal and as the page of the documentation. */
public final class ConfigReference {
    private ConfigReference() {}

    /** For {@code --help-config}. */
    public static String text() {
        return ConfigKeys.sections().toString();
    }
}
