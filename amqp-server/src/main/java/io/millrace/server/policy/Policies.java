package io.millrace.server.policy;

import io.millrace.definitions.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of one virtual host. To each queue and exchange applies one of them, and one of the operators': that
 * with the highest priority; of several the first by name. Immutable.
 */
public final class Policies {
    /** None at all. */
    public static final Policies NONE = new Policies(List.of(), List.of());

    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
    private static final Comparator<Policy> IN_ORDER =
            Comparator.comparingLong(Policy::priority).reversed().thenComparing(Policy::name);

    private final List<Policy> ordinary;
    private final List<Policy> operators;

    private Policies(List<Policy> ordinary, List<Policy> operators) {
        this.ordinary = ordinary;
        this.operators = operators;
    }

    /** Those among the parameters of a virtual host. One that makes no sense is left out, and the log says so. */
    public static Policies of(Collection<Parameter> parameters) {
        List<Policy> ordinary = new ArrayList<>();
        List<Policy> operators = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (Policy.isPolicy(parameter)) {
                try {
                    Policy policy = Policy.of(parameter);
                    (policy.isOperators() ? operators : ordinary).add(policy);
                } catch (InvalidPolicyException e) {
                    LOG.warn(
                            "The stored policy '{}' of vhost '{}' has no effect: {}",
                            parameter.name(),
                            parameter.vhost(),
                            e.getMessage());
                }
            }
        }
        ordinary.sort(IN_ORDER);
        operators.sort(IN_ORDER);
        return ordinary.isEmpty() && operators.isEmpty()
                ? NONE
                : new Policies(List.copyOf(ordinary), List.copyOf(operators));
    }

    /** What policies come to for a queue or exchange of that name. */
    public EffectivePolicy of(String entity, EntityKind kind) {
        Policy policy = find(ordinary, entity, kind);
        Policy operator = find(operators, entity, kind);
        if (policy == null && operator == null) {
            return EffectivePolicy.NONE;
        }
        return new EffectivePolicy(name(policy), name(operator), merged(policy, operator));
    }

    private static Policy find(List<Policy> inOrder, String entity, EntityKind kind) {
        for (Policy policy : inOrder) {
            if (policy.appliesTo(entity, kind)) {
                return policy;
            }
        }
        return null;
    }

    private static String name(Policy policy) {
        return policy == null ? "" : policy.name();
    }

    private static Map<String, Object> merged(Policy policy, Policy operator) {
        if (operator == null) {
            return policy.definition();
        }
        Map<String, Object> merged = new TreeMap<>(operator.definition());
        if (policy != null) {
            policy.definition()
                    .forEach((key, value) -> merged.merge(
                            key,
                            value,
                            (operators, ordinary) ->
                                    PolicyKeys.named(key).besideOperator().choose(ordinary, operators)));
        }
        return merged;
    }
}
