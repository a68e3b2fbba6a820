package io.millrace.server.logging;

import static java.util.Objects.requireNonNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * One line an event: {@code 2026-11-22 23:35:36.123 [info] message}; a stack trace follows on lines of its own.
 *
 * <p>Messages quote what clients sent. Control characters in them are written as escapes, so that no client can add a
 * line to the log or colours to a terminal.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final ZoneId zone;

    LineEncoder(ZoneId zone) {
        this.zone = requireNonNull(zone, "zone is null");
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String message = String.valueOf(event.getFormattedMessage());
        StringBuilder line = new StringBuilder(message.length() + 40);
        appendTime(line, event.getTimeStamp());
        line.append(" [").append(nameOf(event.getLevel())).append("] ");
        appendEscaped(line, message);
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    /** By hand, because the classes of a formatter cost more at start-up than all the lines of a quiet day. */
    private void appendTime(StringBuilder line, long millis) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
        appendPadded(line, time.getYear(), 4);
        appendPadded(line.append('-'), time.getMonthValue(), 2);
        appendPadded(line.append('-'), time.getDayOfMonth(), 2);
        appendPadded(line.append(' '), time.getHour(), 2);
        appendPadded(line.append(':'), time.getMinute(), 2);
        appendPadded(line.append(':'), time.getSecond(), 2);
        appendPadded(line.append('.'), time.getNano() / 1_000_000, 3);
    }

    private static void appendPadded(StringBuilder line, int number, int width) {
        String digits = Integer.toString(number);
        line.append("0".repeat(width - digits.length())).append(digits);
    }

    private static void appendEscaped(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (!Character.isISOControl(c)) {
                line.append(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else {
                line.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
    }

    private static String nameOf(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warning";
            case Level.INFO_INT -> "info";
            default -> "debug";
        };
    }
}
