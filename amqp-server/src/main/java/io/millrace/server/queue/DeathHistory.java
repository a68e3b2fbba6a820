package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The deaths of a message, the latest first, as its headers tell them: {@code x-death} has an entry for each queue and
 * reason with how often that was, and the first and the last one are named beside it. Headers of these names that a
 * publisher sent count for nothing and give way, unless its word is taken for them: then entries for the same queue and
 * reason are one, and what is no entry is left out.
 */
final class DeathHistory {
    private static final String DEATHS = "x-death";
    private static final String FIRST = "x-first-death-";
    private static final String LAST = "x-last-death-";
    private static final String COUNT = "count";
    private static final String REASON = "reason";
    private static final String QUEUE = "queue";
    private static final String EXCHANGE = "exchange";
    private static final String EXPIRATION = "original-expiration";
    private static final Set<String> HEADERS = Set.of(
            DEATHS, FIRST + REASON, FIRST + QUEUE, FIRST + EXCHANGE, LAST + REASON, LAST + QUEUE, LAST + EXCHANGE);

    private final Message message;
    private final BasicProperties properties;
    private final FieldTable headers;
    private final List<FieldTable> deaths = new ArrayList<>();

    private final boolean headersCount;
    private FieldTable headersWithHistory;

    /**
     * The history of a message that has just died.
     *
     * @param headersCount whether the message's headers tell of earlier deaths
     * @param queue where
     * @param second when, in seconds since 1970
     */
    DeathHistory(Message message, boolean headersCount, ShortString queue, DeathReason reason, long second) {
        this.message = message;
        this.headersCount = headersCount;
        this.properties = message.content().properties();
        this.headers = properties.headers() == null ? FieldTable.EMPTY : properties.headers();
        if (headersCount && headers.get(DEATHS) instanceof FieldValue.Array earlier) {
            addEarlier(earlier.values());
        }
        FieldTable again = takeOut(text(queue), text(reason.text()));
        deaths.add(0, again == null ? firstDeath(queue, reason, second) : withCount(again, count(again) + 1));
    }

    /** Whether the message died in this queue before, or after it had gone through the exchange of this holder. */
    static boolean isFrom(Queue queue, Message message) {
        FieldValue name = text(queue.name());
        String place = queue.kind().isHolder() ? EXCHANGE : QUEUE;
        return deathsOf(message).stream().anyMatch(death -> name.equals(death.get(place)));
    }

    /** Whether a message that was routed anew would be in the queue again without anybody's doing. */
    static boolean isCycle(Queue queue, Message message) {
        return isCycle(deathsOf(message), queue.name());
    }

    /** The expiration that the message had before it died; null when it had none, or did not die. */
    static ShortString expirationBefore(Message message) {
        for (FieldTable death : deathsOf(message)) {
            if (death.get(EXPIRATION) instanceof FieldValue.Text text) {
                return ShortString.of(text.value().bytes());
            }
        }
        return null;
    }

    private static List<FieldTable> deathsOf(Message message) {
        boolean hasDied = message.envelope() != null && message.envelope().deadLettered();
        FieldTable headers = hasDied ? MessageKey.headers(message) : null;
        if (headers == null || !(headers.get(DEATHS) instanceof FieldValue.Array entries)) {
            return List.of();
        }
        List<FieldTable> deaths = new ArrayList<>();
        for (FieldValue entry : entries.values()) {
            if (entry instanceof FieldValue.Table death) {
                deaths.add(death.value());
            }
        }
        return deaths;
    }

    private void addEarlier(List<FieldValue> entries) {
        record Key(FieldValue queue, FieldValue reason) {}
        Map<Key, FieldTable> byKey = new LinkedHashMap<>();
        for (FieldValue entry : entries) {
            if (entry instanceof FieldValue.Table table) {
                FieldTable death = table.value();
                byKey.merge(
                        new Key(death.get(QUEUE), death.get(REASON)),
                        death,
                        (one, other) -> withCount(one, count(one) + count(other)));
            }
        }
        deaths.addAll(byKey.values());
    }

    /** A death that somebody wrote without a count was one. */
    private static long count(FieldTable death) {
        return death.get(COUNT) instanceof FieldValue.Int64 count ? count.value() : 1;
    }

    /** The entry of an earlier death in the same queue for the same reason, or null. */
    private FieldTable takeOut(FieldValue queue, FieldValue reason) {
        for (int i = 0; i < deaths.size(); i++) {
            FieldTable death = deaths.get(i);
            if (queue.equals(death.get(QUEUE)) && reason.equals(death.get(REASON))) {
                return deaths.remove(i);
            }
        }
        return null;
    }

    private FieldTable firstDeath(ShortString queue, DeathReason reason, long second) {
        FieldTable.Builder death = FieldTable.builder();
        if (properties.expiration() != null) {
            death.put(EXPIRATION, text(properties.expiration()));
        }
        List<FieldValue> keys = new ArrayList<>();
        keys.add(text(message.routingKey()));
        for (ShortString key : FurtherKeys.copies(message, headers)) {
            keys.add(text(key));
        }
        return death.put(COUNT, 1L)
                .put(REASON, text(reason.text()))
                .put(QUEUE, text(queue))
                .put("time", new FieldValue.Timestamp(second))
                .put(EXCHANGE, text(message.exchange()))
                .put("routing-keys", new FieldValue.Array(keys))
                .build();
    }

    private static FieldTable withCount(FieldTable death, long count) {
        Map<String, Object> fields = new LinkedHashMap<>(death.asMap());
        fields.put(COUNT, count);
        return FieldTable.of(fields);
    }

    /** The routing keys that the message went by, besides the first one; null when there are none. */
    List<ShortString> furtherKeys() {
        return FurtherKeys.of(message, headers);
    }

    /**
     * Whether the message has been in a queue before and came back without anybody's doing: since then no consumer
     * rejected it.
     */
    boolean isCycle(ShortString queue) {
        return isCycle(deaths, queue);
    }

    private static boolean isCycle(List<FieldTable> deaths, ShortString queue) {
        FieldValue name = text(queue);
        FieldValue rejected = text(DeathReason.REJECTED.text());
        for (FieldTable death : deaths) {
            if (rejected.equals(death.get(REASON))) {
                return false;
            }
            if (name.equals(death.get(QUEUE))) {
                return true;
            }
        }
        return false;
    }

    /** The headers of the message with its history, by which it is routed as well. */
    FieldTable headersWithHistory() {
        if (headersWithHistory == null) {
            headersWithHistory = withHistory();
        }
        return headersWithHistory;
    }

    private FieldTable withHistory() {
        FieldTable.Builder all = FieldTable.builder();
        headers.asMap().forEach((key, value) -> {
            if (!HEADERS.contains(key)) {
                all.put(key, value);
            }
        });
        List<FieldValue> tables = new ArrayList<>();
        for (FieldTable death : deaths) {
            tables.add(new FieldValue.Table(death));
        }
        all.put(DEATHS, new FieldValue.Array(tables));
        putFirst(all);
        for (String field : List.of(REASON, QUEUE)) {
            all.put(LAST + field, ofLatest(field));
        }
        // One more death of a kind is counted where the first one is told, which may have been after another exchange.
        all.put(LAST + EXCHANGE, text(message.exchange()));
        return all.build();
    }

    /** The content of the message with its history, to wait for ever. */
    Content content() {
        return message.content()
                .withProperties(properties.toBuilder()
                        .headers(headersWithHistory())
                        .expiration(null)
                        .build());
    }

    private void putFirst(FieldTable.Builder all) {
        for (String field : List.of(REASON, QUEUE, EXCHANGE)) {
            FieldValue noted = headersCount ? headers.get(FIRST + field) : null;
            all.put(FIRST + field, noted == null ? ofLatest(field) : noted);
        }
    }

    /** The latest death may be one more of a kind that a publisher told of, without all that belongs to it. */
    private FieldValue ofLatest(String field) {
        FieldValue value = deaths.get(0).get(field);
        return value == null ? text(message.exchange()) : value;
    }

    private static FieldValue text(String text) {
        return new FieldValue.Text(LongString.of(text));
    }

    private static FieldValue text(ShortString text) {
        return new FieldValue.Text(LongString.of(text.bytes()));
    }
}
