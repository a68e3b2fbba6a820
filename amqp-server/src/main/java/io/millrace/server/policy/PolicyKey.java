package io.millrace.server.policy;

import java.util.Set;
import java.util.function.Predicate;

/**
 * One key of a policy's definition.
 *
 * @param name as definitions have it; the argument of {@code queue.declare} that says the same begins with {@code x-}
 * @param accepted whether a value, as JSON has it, makes sense
 * @param problem what is said of one that does not, {@code %s} being the value
 * @param besideArgument which holds: the argument (first) or the policy (second)
 * @param besideOperator which holds: the policy (first) or the operator's (second); null where operators have no say
 * @param unsupported kinds that a policy with this key does not apply to
 */
record PolicyKey(
        String name,
        Predicate<Object> accepted,
        String problem,
        Choice besideArgument,
        Choice besideOperator,
        Set<EntityKind> unsupported) {
    private static final String ARGUMENT_PREFIX = "x-";

    static PolicyKey of(String name, Predicate<Object> accepted, String problem, Choice besideArgument) {
        return new PolicyKey(name, accepted, problem, besideArgument, null, Set.of());
    }

    PolicyKey forOperators(Choice choice) {
        return new PolicyKey(name, accepted, problem, besideArgument, choice, unsupported);
    }

    PolicyKey notFor(EntityKind... kinds) {
        return new PolicyKey(name, accepted, problem, besideArgument, besideOperator, Set.of(kinds));
    }

    String argument() {
        return name.startsWith(ARGUMENT_PREFIX) ? name : ARGUMENT_PREFIX + name;
    }

    void check(Object value) throws InvalidPolicyException {
        if (!accepted.test(value)) {
            throw new InvalidPolicyException(problem.replace("%s", ErlangText.of(value)));
        }
    }
}
