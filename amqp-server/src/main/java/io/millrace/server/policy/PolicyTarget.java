package io.millrace.server.policy;

import java.util.Locale;

/** The values of {@code apply-to}. */
enum PolicyTarget {
    QUEUES,
    CLASSIC_QUEUES,
    QUORUM_QUEUES,
    STREAMS,
    EXCHANGES,
    ALL;

    boolean covers(EntityKind kind) {
        return switch (this) {
            case QUEUES -> kind != EntityKind.EXCHANGE;
            case CLASSIC_QUEUES -> kind == EntityKind.CLASSIC_QUEUE;
            case QUORUM_QUEUES -> kind == EntityKind.QUORUM_QUEUE;
            case STREAMS -> kind == EntityKind.STREAM;
            case EXCHANGES -> kind == EntityKind.EXCHANGE;
            case ALL -> true;
        };
    }

    /** As policies name it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws InvalidPolicyException there is no such target */
    static PolicyTarget named(String text) throws InvalidPolicyException {
        for (PolicyTarget target : values()) {
            if (target.text().equals(text)) {
                return target;
            }
        }
        throw new InvalidPolicyException("apply-to '" + text + "' unrecognised; should be one of: 'queues',"
                + " 'classic_queues',  'quorum_queues', 'streams', 'exchanges', or 'all'");
    }
}
