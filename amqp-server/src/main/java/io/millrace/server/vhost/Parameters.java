package io.millrace.server.vhost;

import io.millrace.definitions.Parameter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Parameters and policies as they were set. The definitions thread writes, any thread reads. */
public final class Parameters {
    private record Key(String vhost, String component, String name) {}

    private final ConcurrentHashMap<Key, Parameter> byKey = new ConcurrentHashMap<>();

    /** The parameter; null when there is none. */
    public Parameter get(String vhost, String component, String name) {
        return byKey.get(new Key(vhost, component, name));
    }

    public List<Parameter> all() {
        return List.copyOf(byKey.values());
    }

    /** Those of one virtual host. */
    List<Parameter> ofVhost(String vhost) {
        return ofVhost(byKey.values(), vhost);
    }

    static List<Parameter> ofVhost(Collection<Parameter> parameters, String vhost) {
        return parameters.stream()
                .filter(parameter -> parameter.vhost().equals(vhost))
                .toList();
    }

    void put(Parameter parameter) {
        byKey.put(new Key(parameter.vhost(), parameter.component(), parameter.name()), parameter);
    }

    void remove(String vhost, String component, String name) {
        byKey.remove(new Key(vhost, component, name));
    }

    void removeVhost(String vhost) {
        byKey.keySet().removeIf(key -> key.vhost().equals(vhost));
    }
}
