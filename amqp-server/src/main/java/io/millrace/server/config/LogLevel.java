package io.millrace.server.config;

import java.util.Locale;

/** How much to log. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARNING,
    ERROR,
    NONE;

    /** Reads one of ours, or one of the finer syslog levels that rabbitmq.conf knows, rounded to ours. */
    static LogLevel parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "debug" -> DEBUG;
            case "info", "notice" -> INFO;
            case "warning", "warn" -> WARNING;
            case "error", "critical", "alert", "emergency" -> ERROR;
            case "none" -> NONE;
            default -> throw new IllegalArgumentException("expected debug, info, warning, error or none");
        };
    }
}
