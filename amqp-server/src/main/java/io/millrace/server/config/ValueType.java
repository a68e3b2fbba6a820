package io.millrace.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value.
 *
 * @param name what the reference calls it
 * @param parser throws IllegalArgumentException that says what was expected
 */
record ValueType<T>(String name, Function<String, T> parser) {
    static final ValueType<Boolean> BOOLEAN = new ValueType<>("boolean", ValueType::parseBoolean);
    static final ValueType<String> TEXT = new ValueType<>("text", text -> text);
    static final ValueType<String> NAME = new ValueType<>("text", ValueType::parseName);
    static final ValueType<Path> PATH = new ValueType<>("path", ValueType::parsePath);
    static final ValueType<ListenAddress> LISTEN_ADDRESS = new ValueType<>("[address:]port", ListenAddress::parse);
    static final ValueType<LogLevel> LOG_LEVEL =
            new ValueType<>("debug, info, warning, error or none", LogLevel::parse);
    /** Milliseconds, or {@code undefined}, which is 0. */
    static final ValueType<Long> MILLIS_OR_UNDEFINED = new ValueType<>(
            "milliseconds, or undefined",
            text -> "undefined".equals(text) ? 0L : (long) parseInteger(text, 0, Integer.MAX_VALUE));

    static final ValueType<Double> RATIO = new ValueType<>("ratio, 0 to 1", ValueType::parseRatio);
    static final ValueType<Double> FACTOR = new ValueType<>("number from 0", ValueType::parseFactor);
    /** A file's path, or {@code false} for none. */
    static final ValueType<String> PATH_OR_FALSE = new ValueType<>("path or false", text -> text);

    /** The largest limit stands for none at all. */
    private static final String INFINITY = "infinity";

    /** A whole number, both ends included. */
    static ValueType<Integer> integer(int min, int max) {
        return new ValueType<>("integer, " + min + " to " + max, text -> parseInteger(text, min, max));
    }

    /** A whole number from {@code min}, or {@code infinity}, which is {@link Integer#MAX_VALUE}. */
    static ValueType<Integer> limit(int min) {
        return new ValueType<>(
                "integer from " + min + ", or " + INFINITY,
                text -> INFINITY.equals(text) ? Integer.MAX_VALUE : parseInteger(text, min, Integer.MAX_VALUE));
    }

    /** Octets, with or without a unit. */
    static ValueType<Long> size(String min, String max) {
        long least = parseSize(min);
        long most = parseSize(max);
        return new ValueType<>("size, " + min + " to " + max, text -> {
            long octets = parseSize(text);
            if (octets < least || octets > most) {
                throw new IllegalArgumentException("expected " + min + " to " + max);
            }
            return octets;
        });
    }

    /** One of the names of the enum, written in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        E[] values = type.getEnumConstants();
        String names = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return new ValueType<>(names, text -> {
            for (E value : values) {
                if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return value;
                }
            }
            throw new IllegalArgumentException("expected one of " + names);
        });
    }

    T parse(String text) {
        return parser.apply(text);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text) {
            case "true", "on" -> Boolean.TRUE;
            case "false", "off" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    private static String parseName(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected some text");
        }
        return text;
    }

    private static Path parsePath(String text) {
        try {
            return Path.of(parseName(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a path", e);
        }
    }

    private static Double parseRatio(String text) {
        double ratio = parseNumber(text);
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("expected a number from 0 to 1");
        }
        return ratio;
    }

    private static Double parseFactor(String text) {
        double factor = parseNumber(text);
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected a number from 0");
        }
        return factor;
    }

    /** Not a number when it is none. */
    private static double parseNumber(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static Integer parseInteger(String text, int min, int max) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected an integer", e);
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException("expected " + min + " to " + max);
        }
        return (int) value;
    }

    /** Units of 1,000 (k, kB, M, MB, …) and of 1,024 (Ki, KiB, Mi, MiB, …), as RabbitMQ reads them since 3.13. */
    private static long parseSize(String text) {
        int digits = 0;
        while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
            digits++;
        }
        try {
            return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit(text.substring(digits)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("expected a size such as 1048576, 50MB or 4GiB", e);
        }
    }

    private static long unit(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "" -> 1L;
            case "k", "kb" -> 1_000L;
            case "m", "mb" -> 1_000_000L;
            case "g", "gb" -> 1_000_000_000L;
            case "t", "tb" -> 1_000_000_000_000L;
            case "p", "pb" -> 1_000_000_000_000_000L;
            case "ki", "kib" -> 1L << 10;
            case "mi", "mib" -> 1L << 20;
            case "gi", "gib" -> 1L << 30;
            case "ti", "tib" -> 1L << 40;
            case "pi", "pib" -> 1L << 50;
            default -> throw new NumberFormatException(unit);
        };
    }
}
