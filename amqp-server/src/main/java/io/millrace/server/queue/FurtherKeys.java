package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;

/** The routing keys that a message goes by besides the first one. */
public final class FurtherKeys {
    private static final String CC = "CC";

    private FurtherKeys() {}

    /** All of them; null when there are none. */
    public static List<ShortString> of(Message message) {
        FieldTable headers = message.content().properties().headers();
        return of(message, headers == null ? FieldTable.EMPTY : headers);
    }

    /** The same where its headers are at hand. */
    static List<ShortString> of(Message message, FieldTable headers) {
        List<ShortString> keys = copies(message, headers);
        if (message.envelope() != null) {
            keys.addAll(message.envelope().hiddenKeys());
        }
        return keys.isEmpty() ? null : keys;
    }

    /** Those of the header CC that the message went by. */
    static List<ShortString> copies(Message message, FieldTable headers) {
        boolean rerouted = message.envelope() != null && message.envelope().rerouted();
        List<ShortString> keys = new ArrayList<>();
        if (!rerouted && headers.get(CC) instanceof FieldValue.Array copies) {
            for (FieldValue key : copies.values()) {
                if (key instanceof FieldValue.Text text && text.value().bytes().length <= ShortString.LENGTH_MAX) {
                    keys.add(ShortString.of(text.value().bytes()));
                }
            }
        }
        return keys;
    }
}
