package io.millrace.server.policy;

import io.millrace.definitions.Parameter;
import io.millrace.server.json.JsonTree;
import io.millrace.server.security.NamePattern;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** One policy, or one of an operator: which names it is for and what holds for them. Immutable. */
public final class Policy {
    /** The component of parameters that are operator policies. */
    public static final String OPERATOR_POLICY = "operator_policy";

    private static final String PATTERN = "pattern";
    private static final String DEFINITION = "definition";
    private static final String PRIORITY = "priority";
    private static final String APPLY_TO = "apply-to";

    private final String name;
    private final NamePattern pattern;
    private final PolicyTarget target;
    private final long priority;
    private final Map<String, Object> definition;
    private final boolean operator;

    private Policy(
            String name,
            NamePattern pattern,
            PolicyTarget target,
            long priority,
            Map<String, Object> definition,
            boolean operator) {
        this.name = name;
        this.pattern = pattern;
        this.target = target;
        this.priority = priority;
        this.definition = definition;
        this.operator = operator;
    }

    /** Whether a parameter is a policy, an operator's or not. */
    public static boolean isPolicy(Parameter parameter) {
        return isPolicy(parameter.component());
    }

    /** Whether parameters of a component are policies, operators' or not. */
    public static boolean isPolicy(String component) {
        return component.equals(Parameter.POLICY) || component.equals(OPERATOR_POLICY);
    }

    /**
     * The parameter that a policy is kept as.
     *
     * @param component {@link Parameter#POLICY} or {@link #OPERATOR_POLICY}
     * @param definition a JSON object as {@link JsonTree} reads it
     */
    public static Parameter parameter(
            String vhost,
            String component,
            String name,
            String pattern,
            Object definition,
            long priority,
            String applyTo) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put(PATTERN, pattern);
        value.put(DEFINITION, definition);
        value.put(PRIORITY, priority);
        value.put(APPLY_TO, applyTo);
        return new Parameter(vhost, component, name, JsonTree.text(value));
    }

    /**
     * The policy that a parameter stands for.
     *
     * @throws InvalidPolicyException it makes no sense
     */
    public static Policy of(Parameter parameter) throws InvalidPolicyException {
        boolean operator = parameter.component().equals(OPERATOR_POLICY);
        Map<?, ?> value = members(parameter);
        if (!(value.get(PATTERN) instanceof String regex)) {
            throw new InvalidPolicyException(
                    PATTERN + " should be a binary, actually was " + ErlangText.of(value.get(PATTERN)));
        }
        String error = NamePattern.errorIn(regex);
        if (error != null) {
            throw new InvalidPolicyException(PATTERN + " should be regular expression but is invalid: {\"" + error
                    + "\"," + regex.length() + "}");
        }
        if (!(value.get(PRIORITY) instanceof Long priority)) {
            throw new InvalidPolicyException(
                    PRIORITY + " should be a number, actually was " + ErlangText.of(value.get(PRIORITY)));
        }
        Map<String, Object> definition = definition(value.get(DEFINITION));
        PolicyKeys.check(definition, operator);
        Object applyTo = value.get(APPLY_TO);
        return new Policy(
                parameter.name(),
                NamePattern.searching(regex),
                applyTo == null ? PolicyTarget.ALL : PolicyTarget.named(applyTo.toString()),
                priority,
                definition,
                operator);
    }

    private static Map<?, ?> members(Parameter parameter) throws InvalidPolicyException {
        try {
            if (JsonTree.parse(parameter.value()) instanceof Map<?, ?> members) {
                return members;
            }
        } catch (IOException e) {
            // Told in the same words.
        }
        throw new InvalidPolicyException(parameter.value() + " is no JSON object");
    }

    private static Map<String, Object> definition(Object value) throws InvalidPolicyException {
        if (!(value instanceof Map<?, ?> members)) {
            throw new InvalidPolicyException(DEFINITION + " should be a map, actually was " + ErlangText.of(value));
        }
        Map<String, Object> sorted = new TreeMap<>();
        members.forEach((key, member) -> sorted.put((String) key, member));
        return Collections.unmodifiableMap(sorted);
    }

    public String name() {
        return name;
    }

    /** What holds, by key, sorted; values are those of JSON. */
    public Map<String, Object> definition() {
        return definition;
    }

    long priority() {
        return priority;
    }

    boolean isOperators() {
        return operator;
    }

    /** Whether it is for a queue or exchange; not if it says something that this kind knows nothing of. */
    boolean appliesTo(String entity, EntityKind kind) {
        return target.covers(kind) && isSupportedBy(kind) && pattern.matches(entity);
    }

    private boolean isSupportedBy(EntityKind kind) {
        for (String key : definition.keySet()) {
            if (PolicyKeys.named(key).unsupported().contains(kind)) {
                return false;
            }
        }
        return true;
    }
}
