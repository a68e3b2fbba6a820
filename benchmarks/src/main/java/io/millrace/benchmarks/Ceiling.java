package io.millrace.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a JVM and Netty move on a machine when the broker in between does nothing: a yardstick for the ratio of a broker
 * to it in one run. It reads publishes of bodies in one frame, makes an object of each, hands those of a read to the
 * consumer's event loop at once, writes deliveries and flushes. No queue, routing, limit, acknowledgement or error, and
 * just enough answers for the load generator with one publisher and one consumer.
 *
 * <p>{@code benchmarks/ceiling.sh PORT} runs it.
 */
public class Ceiling {
    private static final int EVENT_LOOPS = 2;
    private static final int RECEIVE_BYTES_MAX = 128 << 10;
    private static final int FRAME_OVERHEAD = 8;
    private static final int FRAME_END = 0xCE;
    private static final long RETRY_MICROS = 200;

    private static volatile Consumer consumer;

    /** Where everything goes. */
    private record Consumer(Channel socket, int channel, String tag) {}

    private static final class Message {
        final byte[] routingKey;
        final byte[] header;
        final byte[] body;

        Message(byte[] routingKey, byte[] header, byte[] body) {
            this.routingKey = routingKey;
            this.header = header;
            this.body = body;
        }
    }

    private Ceiling() {}

    /** @param arguments the port to listen on */
    public static void main(String[] arguments) throws InterruptedException {
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(EVENT_LOOPS, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(2 << 10, 64 << 10, RECEIVE_BYTES_MAX))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 20, 4 << 20))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static void deliver(Consumer to, List<Message> batch) {
        ByteBuf out = to.socket.alloc().directBuffer(batch.size() * 128);
        byte[] tag = to.tag.getBytes(StandardCharsets.UTF_8);
        for (Message message : batch) {
            int methodLength = 4 + 1 + tag.length + 8 + 1 + 1 + 1 + message.routingKey.length;
            out.writeByte(1).writeShort(to.channel).writeInt(methodLength).writeInt(60 << 16 | 60);
            out.writeByte(tag.length).writeBytes(tag).writeLong(1).writeByte(0).writeByte(0);
            out.writeByte(message.routingKey.length)
                    .writeBytes(message.routingKey)
                    .writeByte(FRAME_END);
            frame(out, 2, to.channel, message.header);
            frame(out, 3, to.channel, message.body);
        }
        to.socket.writeAndFlush(out, to.socket.voidPromise());
    }

    private static void frame(ByteBuf out, int type, int channel, byte[] payload) {
        out.writeByte(type)
                .writeShort(channel)
                .writeInt(payload.length)
                .writeBytes(payload)
                .writeByte(FRAME_END);
    }

    private static final class Connection extends ChannelInboundHandlerAdapter {
        private ByteBuf rest;
        private boolean greeted;
        private List<Message> batch = new ArrayList<>();
        private byte[] routingKey = {};
        private byte[] header = {};

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            if (rest != null) {
                rest.writeBytes(in);
                in.release();
                in = rest;
                rest = null;
            }
            read(context, in);
            if (in.isReadable()) {
                rest = context.alloc().buffer(in.readableBytes() + RECEIVE_BYTES_MAX);
                rest.writeBytes(in);
            }
            in.release();
        }

        private void read(ChannelHandlerContext context, ByteBuf in) {
            if (!greeted && in.readableBytes() >= FRAME_OVERHEAD) {
                in.skipBytes(FRAME_OVERHEAD);
                greeted = true;
                ByteBuf start =
                        context.alloc().buffer().writeByte(0).writeByte(9).writeInt(0);
                longString(start, "PLAIN");
                longString(start, "en_US");
                answer(context, 0, 10, 10, start);
            }
            while (greeted && in.readableBytes() >= FRAME_OVERHEAD) {
                int at = in.readerIndex();
                int length = in.getInt(at + 3);
                if (in.readableBytes() < length + FRAME_OVERHEAD) {
                    return;
                }
                int payload = at + 7;
                switch (in.getByte(at)) {
                    case 1 -> method(context, in.getUnsignedShort(at + 1), in, payload);
                    case 2 -> header = octets(in, payload, length);
                    case 3 -> batch.add(new Message(routingKey, header, octets(in, payload, length)));
                    default -> {}
                }
                in.readerIndex(at + length + FRAME_OVERHEAD);
            }
        }

        private void method(ChannelHandlerContext context, int channel, ByteBuf in, int payload) {
            int classId = in.getUnsignedShort(payload);
            int methodId = in.getUnsignedShort(payload + 2);
            int arguments = payload + 4;
            if (classId == 60 && methodId == 40) {
                int key = arguments + 2 + 1 + in.getUnsignedByte(arguments + 2);
                byte[] octets = octets(in, key + 1, in.getUnsignedByte(key));
                routingKey = Arrays.equals(octets, routingKey) ? routingKey : octets;
                return;
            }
            ByteBuf out = context.alloc().buffer();
            switch (classId << 16 | methodId) {
                case 10 << 16 | 11 ->
                    answer(
                            context,
                            0,
                            10,
                            30,
                            out.writeShort(2047).writeInt(131072).writeShort(60));
                case 10 << 16 | 31 -> out.release();
                case 10 << 16 | 40 -> answer(context, 0, 10, 41, out.writeByte(0));
                case 20 << 16 | 10 -> answer(context, channel, 20, 11, out.writeInt(0));
                case 50 << 16 | 10 -> {
                    int length = in.getUnsignedByte(arguments + 2);
                    out.writeByte(length)
                            .writeBytes(in, arguments + 3, length)
                            .writeInt(0)
                            .writeInt(0);
                    answer(context, channel, 50, 11, out);
                }
                case 50 << 16 | 40 -> answer(context, channel, 50, 41, out.writeInt(0));
                case 60 << 16 | 20 -> {
                    int tag = arguments + 2 + 1 + in.getUnsignedByte(arguments + 2);
                    String text = in.toString(tag + 1, in.getUnsignedByte(tag), StandardCharsets.UTF_8);
                    consumer = new Consumer(context.channel(), channel, text.isEmpty() ? "c" : text);
                    shortString(out, consumer.tag);
                    answer(context, channel, 60, 21, out);
                }
                case 60 << 16 | 80 -> out.release();
                default -> answer(context, channel, classId, methodId + 1, out);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            Consumer to = consumer;
            if (!batch.isEmpty()) {
                List<Message> full = batch;
                batch = new ArrayList<>(full.size());
                if (to != null) {
                    to.socket.eventLoop().execute(() -> deliver(to, full));
                }
            }
            if (to != null && to.socket != context.channel()) {
                readWhileWritable(context, to.socket);
            }
        }

        private static void readWhileWritable(ChannelHandlerContext context, Channel to) {
            boolean writable = to.isWritable() || !to.isActive();
            context.channel().config().setAutoRead(writable);
            if (!writable) {
                context.executor().schedule(() -> readWhileWritable(context, to), RETRY_MICROS, TimeUnit.MICROSECONDS);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (consumer != null && consumer.socket == context.channel()) {
                consumer = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private static byte[] octets(ByteBuf in, int offset, int length) {
            byte[] octets = new byte[length];
            in.getBytes(offset, octets);
            return octets;
        }

        private static void longString(ByteBuf out, String text) {
            out.writeInt(text.length()).writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private static void shortString(ByteBuf out, String text) {
            out.writeByte(text.length()).writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private static void answer(ChannelHandlerContext context, int channel, int classId, int methodId, ByteBuf out) {
            ByteBuf frame = context.alloc().buffer();
            frame.writeByte(1).writeShort(channel).writeInt(4 + out.readableBytes());
            frame.writeShort(classId).writeShort(methodId).writeBytes(out).writeByte(FRAME_END);
            out.release();
            context.writeAndFlush(frame);
        }
    }
}
