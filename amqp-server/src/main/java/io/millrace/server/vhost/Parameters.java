package io.millrace.server.vhost;

import io.millrace.definitions.Parameter;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parameters and policies as they were set. The definitions thread writes, any thread reads. */
public final class Parameters {
    private static final Logger LOG = LoggerFactory.getLogger(Parameters.class);

    private record Key(String vhost, String component, String name) {}

    private boolean warned;

    private final ConcurrentHashMap<Key, Parameter> byKey = new ConcurrentHashMap<>();

    /** The parameter; null when there is none. */
    public Parameter get(String vhost, String component, String name) {
        return byKey.get(new Key(vhost, component, name));
    }

    public List<Parameter> all() {
        return List.copyOf(byKey.values());
    }

    void put(Parameter parameter) {
        if (parameter.component().equals(Parameter.POLICY) && !warned) {
            warned = true;
            LOG.warn(
                    "Policies are kept and exported again, but have no effect yet; the first is '{}'",
                    parameter.name());
        }
        byKey.put(new Key(parameter.vhost(), parameter.component(), parameter.name()), parameter);
    }

    void remove(String vhost, String component, String name) {
        byKey.remove(new Key(vhost, component, name));
    }

    void removeVhost(String vhost) {
        byKey.keySet().removeIf(key -> key.vhost().equals(vhost));
    }
}
