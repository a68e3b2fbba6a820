package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithBroker
class LargeMessageIT {
    private static final int FRAME_MAX = 131_072;

    /** Just below, at and above one and two frames, and 8 MiB. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                FRAME_MAX - 9,
                FRAME_MAX - 8,
                FRAME_MAX - 7,
                2 * (FRAME_MAX - 8) - 1,
                2 * (FRAME_MAX - 8),
                2 * (FRAME_MAX - 8) + 1,
                8 << 20
            })
    void arrivesWhole(int size, Client client) throws Exception {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        String queue = client.queue();
        Channel channel = client.channel();
        channel.confirmSelect();
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertArrayEquals(body, channel.basicGet(queue, false).getBody());
        channel.basicRecover(true);
        assertArrayEquals(body, Inbox.openAutoAck(channel, queue).next().getBody());
    }

    @ParameterizedTest
    @ValueSource(ints = {8_192, 65_536})
    void isCutIntoFramesOfTheAgreedSize(int frameMax, Client client) throws Exception {
        byte[] body = new byte[1_000_000];
        new Random(frameMax).nextBytes(body);
        String queue = client.queue();
        Channel channel = client.connect(settings -> settings.setRequestedFrameMax(frameMax))
                .createChannel();
        Inbox inbox = Inbox.openAutoAck(channel, queue);
        channel.basicPublish("", queue, null, body);
        assertArrayEquals(body, inbox.next().getBody());
    }
}
