package io.millrace.server.routing;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import java.util.function.Supplier;

/** Where routing has a message's properties from, if an exchange asks. */
public interface MessageProperties extends Supplier<FieldTable> {
    /** All of them. */
    BasicProperties properties();

    /** The headers; null when there are none. */
    @Override
    default FieldTable get() {
        return properties().headers();
    }
}
