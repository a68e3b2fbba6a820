package io.millrace.server.security;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of a permission or a policy, found anywhere in a name unless it says otherwise. It takes time
 * linear in the name, whatever the expression, because users write these.
 *
 * <p>An expression that cannot be compiled, or is too long, matches nothing: who cannot be understood gets nothing.
 */
public final class NamePattern {
    /** Characters; the same limit as RabbitMQ's. */
    static final int LENGTH_MAX = 1024;

    private static final String EVERYTHING = ".*";

    private final Pattern pattern; // null: matches nothing
    private final boolean everything;

    private NamePattern(Pattern pattern, boolean everything) {
        this.pattern = pattern;
        this.everything = everything;
    }

    /** One that is found anywhere; the empty one is found in every name. */
    public static NamePattern searching(String expression) {
        return of(expression.isEmpty() ? EVERYTHING : expression);
    }

    /** One of a permission: the empty one matches the empty name only. */
    static NamePattern of(String expression) {
        if (expression.equals(EVERYTHING)) {
            return new NamePattern(null, true);
        }
        return new NamePattern(errorIn(expression) == null ? compile(expression) : null, false);
    }

    /** What is wrong with the expression; null when nothing is. */
    public static String errorIn(String expression) {
        if (expression.length() > LENGTH_MAX) {
            return "length: " + expression.length() + " (expected: <= " + LENGTH_MAX + ")";
        }
        try {
            compile(expression);
            return null;
        } catch (PatternSyntaxException e) {
            return e.getDescription();
        }
    }

    private static Pattern compile(String expression) {
        return Pattern.compile(expression.isEmpty() ? "^$" : expression);
    }

    /** Whether it is found in the name. */
    public boolean matches(String name) {
        return everything || (pattern != null && pattern.matcher(name).find());
    }
}
