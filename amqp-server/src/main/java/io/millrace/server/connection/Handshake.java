package io.millrace.server.connection;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.server.security.AuthenticatedUser;
import io.millrace.server.security.LoginResult;
import io.millrace.server.security.SaslMechanisms;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the protocol header to an open connection: start, tune, open. What goes wrong before the login is
 * answered with silence and a late end of the connection, as RabbitMQ does, to slow down guessing; after it with a
 * proper close.
 */
final class Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    /** {@code AMQP 0 0 9 1}, and the header of 0-9, which is spoken the same. */
    private static final long HEADER_0_9_1 = 0x414d515000000901L;

    private static final long HEADER_0_9 = 0x414d515001010009L;
    /** The last two octets of a header, which differ between versions of AMQP 0-9 and later. */
    private static final int VERSION_BITS = 2 * Byte.SIZE;

    /** How a client of TLS begins: a record of type 22, version 3.x. */
    private static final long TLS_HELLO = 0x1603;

    private static final int TLS_HELLO_SHIFT = 6 * Byte.SIZE;

    /** Old clients insist on the specification's minimum, though RabbitMQ asks for twice as much. */
    private static final int FRAME_MAX_MIN = 4096;

    private enum Expecting {
        START_OK,
        TUNE_OK,
        OPEN
    }

    private final ConnectionHandler connection;
    private final ConnectionContext context;
    private Expecting expecting = Expecting.START_OK;
    private AuthenticatedUser user;
    private FieldTable clientProperties = FieldTable.EMPTY;
    private String mechanism = "";

    Handshake(ConnectionHandler connection, ConnectionContext context) {
        this.connection = connection;
        this.context = context;
    }

    AuthenticatedUser user() {
        return user;
    }

    /** How the client logged in. */
    String mechanism() {
        return mechanism;
    }

    /** What the client said of itself in start-ok. */
    FieldTable clientProperties() {
        return clientProperties;
    }

    boolean clientCapability(String name) {
        return clientProperties.get("capabilities") instanceof FieldValue.Table capabilities
                && capabilities.value().get(name) instanceof FieldValue.Bool bool
                && bool.value();
    }

    void protocolHeader(ByteBuf in, int offset) {
        long header = in.getLong(offset);
        if (header != HEADER_0_9_1 && header != HEADER_0_9) {
            refuseHeader(header);
            return;
        }
        connection.send(new ConnectionMethod.Start(
                0,
                9,
                context.identity().serverProperties(),
                LongString.of(
                        context.mechanisms().offered(connection.peer().tls().isPresent())),
                LongString.of("en_US")));
    }

    private void refuseHeader(long header) {
        if (header >>> TLS_HELLO_SHIFT == TLS_HELLO) {
            LOG.warn("Refused {}: a TLS client on a port without TLS", connection);
        } else {
            LOG.info("Refused {}: its first octets are no AMQP 0-9-1 header", connection);
        }
        boolean likeZeroNine =
                header >>> VERSION_BITS == HEADER_0_9_1 >>> VERSION_BITS && (int) (header >>> Byte.SIZE & 0xFF) >= 9;
        if (likeZeroNine) {
            connection.refuse(0, 0, 9, 1);
        } else {
            connection.refuse(3, 1, 0, 0);
        }
    }

    void onMethod(Method method) {
        if (expecting == Expecting.START_OK) {
            if (method instanceof ConnectionMethod.StartOk startOk) {
                startOk(startOk);
            } else {
                connection.closeLate("sent " + method.name() + " instead of connection.start-ok");
            }
        } else if (expecting == Expecting.TUNE_OK && method instanceof ConnectionMethod.TuneOk tuneOk) {
            tuneOk(tuneOk);
        } else if (expecting == Expecting.OPEN && method instanceof ConnectionMethod.Open open) {
            open(open);
        } else {
            String state = expecting == Expecting.TUNE_OK ? "tuning" : "opening";
            throw new ConnectionError(
                    ReplyCode.CHANNEL_ERROR,
                    "unexpected method in connection state " + state,
                    method.classId(),
                    method.methodId());
        }
    }

    private void startOk(ConnectionMethod.StartOk method) {
        clientProperties = method.clientProperties();
        mechanism = method.mechanism().toString();
        LoginResult result =
                context.mechanisms().authenticate(mechanism, method.response().bytes(), connection.peer());
        if (result instanceof LoginResult.Success success) {
            user = success.user();
            tune();
        } else if (result instanceof LoginResult.Refused refused) {
            refuseLogin(refused);
        } else if (result instanceof LoginResult.Malformed malformed) {
            connection.closeLate(malformed.error().replyText());
        }
    }

    private void refuseLogin(LoginResult.Refused refused) {
        LOG.warn("Refused the login of {} as user '{}': {}", connection, refused.userName(), refused.logReason());
        if (!clientCapability("authentication_failure_close")) {
            connection.closeLate(null);
            return;
        }
        throw SaslMechanisms.refusal(mechanism);
    }

    private void tune() {
        ConnectionSettings settings = context.settings();
        expecting = Expecting.TUNE_OK;
        connection.send(
                new ConnectionMethod.Tune(settings.channelMax(), settings.frameMax(), settings.heartbeatSeconds()));
    }

    private void tuneOk(ConnectionMethod.TuneOk method) {
        int channelMax =
                agreed("channel_max", method.channelMax(), 1, context.settings().channelMax());
        int frameMax = agreed(
                "frame_max",
                method.frameMax(),
                FRAME_MAX_MIN,
                context.settings().frameMax());
        expecting = Expecting.OPEN;
        connection.tuned(channelMax, frameMax, method.heartbeat());
    }

    /**
     * The client's value, when it is within what the server allows. With 0 the client sets no limit of its own, so that
     * the server's holds, which is none when that is 0, too.
     */
    private static int agreed(String name, long client, int min, int max) {
        if (client == 0) {
            return max;
        }
        if (max != 0 && client > max) {
            throw outOfRange(name, client, "higher", "maximum", max);
        }
        if (client < min) {
            throw outOfRange(name, client, "lower", "minimum", min);
        }
        return (int) Math.min(client, Integer.MAX_VALUE);
    }

    private static ConnectionError outOfRange(String name, long value, String relation, String bound, int limit) {
        return new ConnectionError(
                ReplyCode.NOT_ALLOWED,
                "negotiated " + name + " = " + value + " is " + relation + " than the " + bound + " allowed value ("
                        + limit + ")",
                10,
                30);
    }

    private void open(ConnectionMethod.Open method) {
        String name = method.virtualHost().toString();
        connection.enter(name);
        connection.send(new ConnectionMethod.OpenOk(ShortString.EMPTY));
    }
}
