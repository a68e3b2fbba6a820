package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The arguments of a binding to a headers exchange, compiled: what each header must be, and whether one is enough. */
final class HeadersMatcher {
    private static final String X_MATCH = "x-match";
    private static final String X_PREFIX = "x-";

    private final boolean anyIsEnough;
    private final HeaderCondition[] conditions;

    private HeadersMatcher(boolean anyIsEnough, List<HeaderCondition> conditions) {
        this.anyIsEnough = anyIsEnough;
        this.conditions = conditions.toArray(new HeaderCondition[0]);
    }

    /**
     * Compiles arguments.
     *
     * @throws ChannelError with {@code PRECONDITION_FAILED} if {@code x-match} is none of the four words
     */
    static HeadersMatcher compile(FieldTable arguments) {
        String match = match(arguments.get(X_MATCH));
        boolean withX = match.endsWith("-with-x");
        List<HeaderCondition> conditions = new ArrayList<>();
        for (Map.Entry<String, FieldValue> argument : arguments.asMap().entrySet()) {
            String name = argument.getKey();
            if (!name.equals(X_MATCH) && (withX || !name.startsWith(X_PREFIX))) {
                conditions.add(HeaderCondition.of(name, argument.getValue()));
            }
        }
        return new HeadersMatcher(match.startsWith("any"), conditions);
    }

    private static String match(FieldValue match) {
        if (match == null) {
            return "all";
        }
        if (!(match instanceof FieldValue.Text text)) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "Invalid x-match field type " + match.typeName() + " (value " + ErlangTerm.of(match)
                            + "); expected longstr");
        }
        String word = text.value().toString();
        return switch (word) {
            case "all", "any", "all-with-x", "any-with-x" -> word;
            default ->
                throw new ChannelError(
                        ReplyCode.PRECONDITION_FAILED,
                        "Invalid x-match field value " + ErlangTerm.of(match)
                                + "; expected all, any, all-with-x, or any-with-x");
        };
    }

    /** Without any condition "all" matches every message and "any" none. */
    boolean matches(Map<String, FieldValue> headers) {
        for (HeaderCondition condition : conditions) {
            if (condition.matches(headers) == anyIsEnough) {
                return anyIsEnough;
            }
        }
        return !anyIsEnough;
    }
}
