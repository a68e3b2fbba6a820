package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * Something that was configured at run time. A policy is a parameter of the component {@link #POLICY}. Its natural key
 * is (vhost, component, name).
 *
 * @param vhost the virtual host it belongs to; empty for a global parameter
 * @param component what it configures; empty for a global parameter
 * @param name its name
 * @param value JSON, opaque here
 */
public record Parameter(String vhost, String component, String name, String value) {
    /** The component of policies. */
    public static final String POLICY = "policy";

    public Parameter {
        requireNonNull(vhost, "vhost is null");
        requireNonNull(component, "component is null");
        requireNonNull(name, "name is null");
        requireNonNull(value, "value is null");
    }

    /** A parameter of no virtual host. */
    public static Parameter global(String name, String value) {
        return new Parameter("", "", name, value);
    }

    public boolean isGlobal() {
        return vhost.isEmpty() && component.isEmpty();
    }
}
