package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.util.Map;

/** AMQPLAIN: a field table without the length before it, with the entries LOGIN and PASSWORD. */
public final class AmqPlainMechanism implements SaslMechanism {
    private final Users users;

    public AmqPlainMechanism(Users users) {
        this.users = requireNonNull(users, "users is null");
    }

    @Override
    public String name() {
        return "AMQPLAIN";
    }

    @Override
    public LoginResult authenticate(byte[] response, Peer peer) {
        Map<String, FieldValue> fields;
        try {
            fields = FieldTable.ofBytes(response).asMap();
        } catch (ConnectionError e) {
            return new LoginResult.Malformed(e);
        }
        FieldValue login = fields.get("LOGIN");
        FieldValue password = fields.get("PASSWORD");
        if (login == null || password == null) {
            return malformed("AMQPLAIN auth info is missing LOGIN or PASSWORD field");
        }
        LongString name = octets(login);
        LongString secret = octets(password);
        if (name == null || secret == null) {
            return malformed("AMQPLAIN auth info uses unsupported type for LOGIN or PASSWORD field");
        }
        return users.authenticate(name.toString(), secret.bytes(), peer.isLoopback());
    }

    private static LongString octets(FieldValue value) {
        if (value instanceof FieldValue.Text text) {
            return text.value();
        }
        return value instanceof FieldValue.Bytes bytes ? bytes.value() : null;
    }

    private static LoginResult malformed(String explanation) {
        return new LoginResult.Malformed(new ConnectionError(ReplyCode.SYNTAX_ERROR, explanation));
    }
}
