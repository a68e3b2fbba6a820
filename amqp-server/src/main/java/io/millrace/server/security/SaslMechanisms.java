package io.millrace.server.security;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.server.tls.CertificateLogin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The mechanisms that the broker offers. Any thread may use it. */
public final class SaslMechanisms {
    private final Map<String, SaslMechanism> byName = new LinkedHashMap<>();
    private final String offered;
    private final String offeredWithoutTls;

    /**
     * The given mechanisms.
     *
     * @param mechanisms in the order in which clients are to see them: many take the first that they know
     */
    public SaslMechanisms(List<SaslMechanism> mechanisms) {
        mechanisms.forEach(mechanism -> byName.put(mechanism.name(), mechanism));
        this.offered = String.join(" ", byName.keySet());
        this.offeredWithoutTls = byName.values().stream()
                .filter(SaslMechanism::worksWithoutTls)
                .map(SaslMechanism::name)
                .collect(Collectors.joining(" "));
    }

    /** AMQPLAIN and PLAIN, in this order. */
    public static SaslMechanisms withPasswords(Users users) {
        return new SaslMechanisms(List.of(new AmqPlainMechanism(users), new PlainMechanism(users)));
    }

    /**
     * Those of the names that there are, in the order in which RabbitMQ offers them; others are passed over, as
     * configurations name mechanisms of plugins.
     *
     * @param names as {@code auth_mechanisms} has them
     * @param anonymousUser who those are that log in with ANONYMOUS; nobody may when it is empty
     * @param certificateLogin which name of a certificate counts for EXTERNAL
     */
    public static SaslMechanisms offering(
            Users users, Collection<String> names, Optional<String> anonymousUser, CertificateLogin certificateLogin) {
        List<SaslMechanism> mechanisms = new ArrayList<>();
        mechanisms.add(new ExternalMechanism(users, certificateLogin));
        mechanisms.add(new AmqPlainMechanism(users));
        mechanisms.add(new PlainMechanism(users));
        anonymousUser.ifPresent(user -> mechanisms.add(new AnonymousMechanism(users, user)));
        mechanisms.removeIf(mechanism -> !names.contains(mechanism.name()));
        return new SaslMechanisms(mechanisms);
    }

    /** The names, separated by spaces, as {@code connection.start} wants them. */
    public String offered(boolean overTls) {
        return overTls ? offered : offeredWithoutTls;
    }

    /**
     * Logs somebody in with the mechanism and the response of {@code connection.start-ok}.
     *
     * @param mechanism upper and lower case differ
     */
    public LoginResult authenticate(String mechanism, byte[] response, Peer peer) {
        SaslMechanism known = byName.get(mechanism);
        return known == null || (peer.tls().isEmpty() && !known.worksWithoutTls())
                ? new LoginResult.Malformed(new ConnectionError(
                        ReplyCode.COMMAND_INVALID, "unknown authentication mechanism '" + mechanism + "'"))
                : known.authenticate(response, peer);
    }

    /**
     * What a refused client is told, if it announced that it wants to be told anything.
     *
     * @param mechanism the mechanism that it tried
     */
    public static ConnectionError refusal(String mechanism) {
        return new ConnectionError(
                ReplyCode.ACCESS_REFUSED,
                "Login was refused using authentication mechanism " + mechanism
                        + ". For details see the broker logfile.");
    }
}
