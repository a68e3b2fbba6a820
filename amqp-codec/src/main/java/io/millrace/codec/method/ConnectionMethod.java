package io.millrace.codec.method;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/** Class 10, connection: setting a connection up and closing it. They travel on channel 0. */
public sealed interface ConnectionMethod extends Method {
    /**
     * Broker to client: opens the handshake with what the broker is and can.
     *
     * @param versionMajor 0
     * @param versionMinor 9
     * @param serverProperties product, version, capabilities
     * @param mechanisms login mechanisms, separated by blanks
     * @param locales languages of reply texts, separated by blanks
     */
    record Start(
            int versionMajor, int versionMinor, FieldTable serverProperties, LongString mechanisms, LongString locales)
            implements ConnectionMethod {
        public static final int ID = (10 << 16) | 10;

        static Start read(ArgumentReader in) {
            return new Start(in.octet(), in.octet(), in.table(), in.longString(), in.longString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeByte(versionMajor);
            out.writeByte(versionMinor);
            serverProperties.writeTo(out);
            mechanisms.writeTo(out);
            locales.writeTo(out);
        }
    }

    /**
     * Client to broker: says what the client is and logs in.
     *
     * @param clientProperties product, version, capabilities
     * @param mechanism the login mechanism chosen
     * @param response the mechanism's data, secret
     * @param locale the language chosen
     */
    record StartOk(FieldTable clientProperties, ShortString mechanism, LongString response, ShortString locale)
            implements ConnectionMethod {
        public static final int ID = (10 << 16) | 11;

        static StartOk read(ArgumentReader in) {
            return new StartOk(in.table(), in.shortString(), in.longString(), in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            clientProperties.writeTo(out);
            mechanism.writeTo(out);
            response.writeTo(out);
            locale.writeTo(out);
        }

        /** For a log: without the secret. */
        @Override
        public String toString() {
            return "StartOk[clientProperties=" + clientProperties + ", mechanism=" + mechanism
                    + ", response=***, locale=" + locale + "]";
        }
    }

    /**
     * Broker to client: asks for one more round of the login mechanism.
     *
     * @param challenge the mechanism's data
     */
    record Secure(LongString challenge) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 20;

        static Secure read(ArgumentReader in) {
            return new Secure(in.longString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            challenge.writeTo(out);
        }
    }

    /**
     * Client to broker: answers the challenge.
     *
     * @param response the mechanism's data, secret
     */
    record SecureOk(LongString response) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 21;

        static SecureOk read(ArgumentReader in) {
            return new SecureOk(in.longString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            response.writeTo(out);
        }

        /** For a log: without the secret. */
        @Override
        public String toString() {
            return "SecureOk[response=***]";
        }
    }

    /**
     * Broker to client: proposes the connection's limits.
     *
     * @param channelMax the most channels open at a time; 0 is no limit
     * @param frameMax the largest frame with its 8 octets of frame head and end; 0 is no limit
     * @param heartbeat seconds between heartbeats; 0 is none
     */
    record Tune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 30;

        static Tune read(ArgumentReader in) {
            return new Tune(in.shortInteger(), in.longInteger(), in.shortInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(channelMax);
            out.writeInt((int) frameMax);
            out.writeShort(heartbeat);
        }
    }

    /**
     * Client to broker: settles the limits; the client may have lowered them.
     *
     * @param channelMax the most channels open at a time; 0 is no limit
     * @param frameMax the largest frame with its 8 octets of frame head and end; 0 is no limit
     * @param heartbeat seconds between heartbeats; 0 is none
     */
    record TuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 31;

        static TuneOk read(ArgumentReader in) {
            return new TuneOk(in.shortInteger(), in.longInteger(), in.shortInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(channelMax);
            out.writeInt((int) frameMax);
            out.writeShort(heartbeat);
        }
    }

    /**
     * Client to broker: chooses the virtual host; ends the handshake.
     *
     * @param virtualHost its name
     * @param capabilities deprecated
     * @param insist deprecated
     */
    record Open(ShortString virtualHost, ShortString capabilities, boolean insist) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 40;

        static Open read(ArgumentReader in) {
            return new Open(in.shortString(), in.shortString(), in.bit());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            virtualHost.writeTo(out);
            capabilities.writeTo(out);
            out.writeBoolean(insist);
        }
    }

    /**
     * Broker to client: the connection is ready.
     *
     * @param knownHosts deprecated, empty
     */
    record OpenOk(ShortString knownHosts) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 41;

        static OpenOk read(ArgumentReader in) {
            return new OpenOk(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            knownHosts.writeTo(out);
        }
    }

    /**
     * Both ways: wants the connection closed. Nothing but {@link CloseOk} may follow from the peer.
     *
     * @param replyCode why, as a number
     * @param replyText why, in words
     * @param failedClassId the class of the method that failed, or 0
     * @param failedMethodId the method that failed, or 0
     */
    record Close(int replyCode, ShortString replyText, int failedClassId, int failedMethodId)
            implements ConnectionMethod {
        public static final int ID = (10 << 16) | 50;

        static Close read(ArgumentReader in) {
            return new Close(in.shortInteger(), in.shortString(), in.shortInteger(), in.shortInteger());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(replyCode);
            replyText.writeTo(out);
            out.writeShort(failedClassId);
            out.writeShort(failedMethodId);
        }
    }

    /** Both ways: agrees to the close; the socket is closed next. */
    record CloseOk() implements ConnectionMethod {
        public static final int ID = (10 << 16) | 51;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Broker to client: the broker is short of memory or disk and reads nothing more from a connection that publishes.
     *
     * @param reason why
     */
    record Blocked(ShortString reason) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 60;

        static Blocked read(ArgumentReader in) {
            return new Blocked(in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            reason.writeTo(out);
        }
    }

    /** Broker to client: the broker reads again. */
    record Unblocked() implements ConnectionMethod {
        public static final int ID = (10 << 16) | 61;

        @Override
        public int id() {
            return ID;
        }
    }

    /**
     * Client to broker: replaces credentials that expire, such as a token.
     *
     * @param newSecret the new password or token
     * @param reason why
     */
    record UpdateSecret(LongString newSecret, ShortString reason) implements ConnectionMethod {
        public static final int ID = (10 << 16) | 70;

        static UpdateSecret read(ArgumentReader in) {
            return new UpdateSecret(in.longString(), in.shortString());
        }

        @Override
        public int id() {
            return ID;
        }

        @Override
        public void write(ByteBuf out) {
            newSecret.writeTo(out);
            reason.writeTo(out);
        }

        /** For a log: without the secret. */
        @Override
        public String toString() {
            return "UpdateSecret[newSecret=***, reason=" + reason + "]";
        }
    }

    /** Broker to client: the new secret holds. */
    record UpdateSecretOk() implements ConnectionMethod {
        public static final int ID = (10 << 16) | 71;

        @Override
        public int id() {
            return ID;
        }
    }
}
