package io.millrace.server.connection;

import io.millrace.codec.AmqpException;
import io.millrace.codec.Content;
import io.millrace.codec.FrameDecoder;
import io.millrace.codec.FrameLimits;
import io.millrace.codec.FrameListener;
import io.millrace.codec.FrameWriter;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.MethodReader;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Messages;
import io.millrace.server.queue.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The client's end of a connection: writes frames, and tells in words what comes back. */
final class TestClient {
    private static final int FRAME_MAX = 131_072;

    private final TestBroker broker;
    private final TestLoop loop;
    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final ConnectionHandler handler;
    private final EmbeddedChannel decoder;
    private final List<String> received = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();
    private ByteBuf outgoing = Unpooled.buffer();

    TestClient(TestBroker broker, TestLoop loop) {
        this.broker = broker;
        this.loop = loop;
        socket.freezeTime();
        this.handler = new ConnectionHandler(broker.context, socket, loop, Optional.empty());
        loop.on(() -> socket.pipeline().addLast(handler.decoder(), handler));
        this.decoder = new EmbeddedChannel(new FrameDecoder(new FrameLimits(FRAME_MAX), new Listener()));
        decoder.writeInbound(header(0, 0, 9, 1));
    }

    private final class Listener implements FrameListener {
        private final MethodReader reader = new MethodReader();

        @Override
        public void onProtocolHeader(ByteBuf in, int offset) {}

        @Override
        public void onMethod(int channel, ByteBuf in, int offset, int length) {
            Method method = reader.read(in, offset, length);
            methods.add(method);
            received.add(channel + " " + describe(method));
        }

        @Override
        public void onContentHeader(int channel, ByteBuf in, int offset, int length) {}

        @Override
        public void onContentBody(int channel, ByteBuf in, int offset, int length) {
            received.add(channel + " body " + in.toString(offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void onHeartbeat(int channel, int length) {
            received.add("heartbeat");
        }

        @Override
        public void onError(AmqpException error) {
            throw new AssertionError(error);
        }

        @Override
        public void onReadComplete() {}

        @Override
        public boolean isPaused() {
            return false;
        }
    }

    private static String describe(Method method) {
        if (method instanceof BasicMethod.Deliver deliver) {
            return "deliver " + deliver.consumerTag() + " " + deliver.deliveryTag()
                    + (deliver.redelivered() ? " again" : "");
        } else if (method instanceof BasicMethod.GetOk got) {
            return "get-ok " + got.deliveryTag() + (got.redelivered() ? " again" : "") + ", " + got.messageCount()
                    + " left";
        } else if (method instanceof BasicMethod.Ack ack) {
            return "ack " + ack.deliveryTag() + (ack.multiple() ? " multiple" : "");
        } else if (method instanceof BasicMethod.Return returned) {
            return "return " + returned.replyCode() + " " + returned.replyText();
        } else if (method instanceof ChannelMethod.Close close) {
            return "channel.close " + close.replyText() + " " + close.failedClassId() + "/" + close.failedMethodId();
        } else if (method instanceof ConnectionMethod.Close close) {
            return "connection.close " + close.replyText() + " " + close.failedClassId() + "/" + close.failedMethodId();
        } else if (method instanceof QueueMethod.DeclareOk ok) {
            return "declare-ok " + ok.queue() + " " + ok.messageCount() + " " + ok.consumerCount();
        } else if (method instanceof QueueMethod.DeleteOk ok) {
            return "delete-ok " + ok.messageCount();
        } else if (method instanceof QueueMethod.PurgeOk ok) {
            return "purge-ok " + ok.messageCount();
        }
        return method.name();
    }

    static ByteBuf header(int id, int major, int minor, int revision) {
        ByteBuf out = Unpooled.buffer();
        FrameWriter.writeProtocolHeader(out, id, major, minor, revision);
        return out;
    }

    /** Goes through the handshake and opens channel 1. */
    TestClient open() {
        return open(FieldTable.of(java.util.Map.of(
                "capabilities",
                FieldTable.builder()
                        .put("consumer_cancel_notify", true)
                        .put("connection.blocked", true)
                        .put("authentication_failure_close", true)
                        .build())));
    }

    TestClient open(FieldTable clientProperties) {
        raw(header(0, 0, 9, 1));
        add(0, startOk(clientProperties, "\0guest\0guest"));
        add(0, new ConnectionMethod.TuneOk(2047, FRAME_MAX, TestBroker.HEARTBEAT_SECONDS));
        add(0, new ConnectionMethod.Open(ShortString.of("/"), ShortString.EMPTY, false));
        add(1, new ChannelMethod.Open(ShortString.EMPTY));
        flush();
        List<String> answers = take();
        if (!answers.equals(
                List.of("0 connection.start", "0 connection.tune", "0 connection.open-ok", "1 channel.open-ok"))) {
            throw new AssertionError("handshake: " + answers);
        }
        return this;
    }

    static ConnectionMethod.StartOk startOk(FieldTable clientProperties, String plainResponse) {
        return new ConnectionMethod.StartOk(
                clientProperties, ShortString.of("PLAIN"), LongString.of(plainResponse), ShortString.of("en_US"));
    }

    /** Adds octets to what {@link #flush} sends in one read of the broker's socket. */
    TestClient raw(ByteBuf octets) {
        outgoing.writeBytes(octets);
        return this;
    }

    TestClient add(int channel, Method method) {
        FrameWriter.writeMethod(outgoing, channel, method);
        return this;
    }

    TestClient addPublish(int channel, String exchange, String key, String body) {
        return addPublish(channel, exchange, key, body, false, false);
    }

    TestClient addPublish(
            int channel, String exchange, String key, String body, boolean mandatory, boolean persistent) {
        add(channel, new BasicMethod.Publish(ShortString.of(exchange), ShortString.of(key), mandatory, false));
        return addContent(
                channel,
                body,
                persistent ? BasicProperties.builder().deliveryMode(2).build() : BasicProperties.NONE);
    }

    TestClient addContent(int channel, String body) {
        return addContent(channel, body, BasicProperties.NONE);
    }

    private TestClient addContent(int channel, String body, BasicProperties properties) {
        Content content = Messages.content(properties, body.getBytes(StandardCharsets.UTF_8));
        FrameWriter.writeContent(outgoing, FRAME_MAX, channel, content);
        return this;
    }

    /** The broker reads everything that was added, at once. Other loops do not run. */
    TestClient flush() {
        ByteBuf sent = outgoing;
        outgoing = Unpooled.buffer();
        loop.on(() -> socket.writeInbound(sent));
        return this;
    }

    TestClient send(int channel, Method method) {
        return add(channel, method).flush();
    }

    /** Sends the method and lets the broker finish it; tells what came back. */
    List<String> call(int channel, Method method) {
        send(channel, method);
        broker.settle();
        return take();
    }

    TestClient heartbeat() {
        FrameWriter.writeHeartbeat(outgoing);
        return flush();
    }

    boolean runSocketTasks() {
        boolean before = socket.hasPendingTasks();
        loop.on(socket::runPendingTasks);
        return before && socket.hasPendingTasks();
    }

    /** Lets time pass for this socket's timers. */
    void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            socket.advanceTimeBy(1, TimeUnit.SECONDS);
            loop.on(socket::runScheduledPendingTasks);
        }
    }

    /** What came since the last call. */
    List<String> take() {
        ByteBuf octets;
        while ((octets = socket.readOutbound()) != null) {
            decoder.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(octets)));
            octets.release();
        }
        List<String> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** The method that came last. */
    Method last() {
        return methods.get(methods.size() - 1);
    }

    /** The client closes the socket without a word. */
    void drop() {
        loop.on(socket::close);
        socket.releaseOutbound();
    }

    /** The test ends. */
    void end() {
        drop();
        decoder.finishAndReleaseAll();
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    boolean isRead() {
        return socket.config().isAutoRead();
    }

    TestLoop loop() {
        return loop;
    }

    EmbeddedChannel socket() {
        return socket;
    }
}
