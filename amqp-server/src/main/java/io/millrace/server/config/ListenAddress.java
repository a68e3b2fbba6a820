package io.millrace.server.config;

import static java.util.Objects.requireNonNull;

/**
 * Where to listen.
 *
 * @param host an address or host name; empty means every address of the machine, IPv4 and IPv6
 * @param port 0 lets the system choose one
 */
public record ListenAddress(String host, int port) {
    static final int PORT_MAX = 65_535;

    public ListenAddress {
        requireNonNull(host, "host is null");
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + PORT_MAX + ")");
        }
    }

    /** Reads {@code 5672}, {@code 127.0.0.1:5672}, {@code localhost:5672}, {@code ::1:5672} and {@code [::1]:5672}. */
    static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (colon == 0 || host.indexOf('[') >= 0 || host.indexOf(']') >= 0) {
            throw new IllegalArgumentException("expected a port or address:port");
        }
        try {
            return new ListenAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a port or address:port", e);
        }
    }

    /** As it is written in the configuration. */
    @Override
    public String toString() {
        if (host.isEmpty()) {
            return Integer.toString(port);
        }
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
