package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;

/** What a binding points at: a queue (as {@link Destination}) or another {@link Exchange}. Compared by identity. */
public sealed interface BindingTarget permits Destination, Exchange {

    /** The name of the queue or exchange within its virtual host. */
    ShortString name();
}
