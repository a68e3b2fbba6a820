package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections with TLS, where clients may show a certificate and need not. */
@Tag("own-broker")
@Tag("differs") // in nothing but how the listener is configured
class TlsIT {
    private static final int SMALL_MESSAGES = 2_000;
    private static final int LARGE_OCTETS = 5 << 20;

    @TempDir
    private static Path directory;

    private static TlsFiles files;
    private static TlsBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        files = new TlsFiles(directory);
        broker = TlsBroker.start(
                "tls",
                files,
                "ssl_options.verify=verify_peer",
                "ssl_handshake_timeout=10000",
                "tcp_listen_options.send_timeout=500",
                "tcp_listen_options.sndbuf=64KiB");
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void messagesOfAllSizesComeBackAsTheyWere(String version) throws Exception {
        ConnectionFactory factory = broker.connectionFactory(files.anonymous());
        factory.setSocketConfigurator(socket -> ((SSLSocket) socket).setEnabledProtocols(new String[] {version}));
        byte[] large = new byte[LARGE_OCTETS];
        new Random(1).nextBytes(large);
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare().getQueue();
            channel.confirmSelect();
            for (int i = 0; i < SMALL_MESSAGES; i++) {
                channel.basicPublish("", queue, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            }
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, large);
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());

            Inbox inbox = Inbox.open(channel, queue);
            for (int i = 0; i < SMALL_MESSAGES; i++) {
                assertEquals(Integer.toString(i), Client.text(inbox.next().getBody()));
            }
            assertArrayEquals(large, inbox.next().getBody());
        }
    }

    @Test
    void pikaVerifiesTheServerAndShowsItsCertificate() throws Exception {
        X509Bundle client = files.client("CN=pika");
        String options = "{'ca_certs': '" + files.path("ca.pem") + "', 'certfile': '"
                + files.write("pika.pem", client.getCertificatePEM()) + "', 'keyfile': '"
                + files.write("pika.key", client.getPrivateKeyPEM()) + "'}";
        String uri = "amqps://guest:guest@" + broker.address().replace("127.0.0.1", "localhost") + "/%2F?ssl_options="
                + URLEncoder.encode(options, StandardCharsets.UTF_8);
        try (Connection connection = broker.plainConnectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            String queue = "pika over tls";
            channel.queueDeclare(queue, false, false, true, Map.of());
            ExternalProgram.runPython(
                    Settings.pythonScripts().resolve("producer.py"), uri, "", queue, "one", "two", "three");
            assertEquals(
                    List.of("one", "two", "three"),
                    ExternalProgram.runPython(Settings.pythonScripts().resolve("consumer.py"), uri, queue, "3"));
        }
    }

    @Test
    void thePortWithoutTlsIsAsBefore() throws Exception {
        try (Connection connection = broker.plainConnectionFactory().newConnection()) {
            assertTrue(connection.isOpen());
        }
    }

    @Test
    void whoDoesNotTrustTheAuthorityDoesNotConnect() throws Exception {
        SSLContext distrusting = SSLContext.getInstance("TLS");
        distrusting.init(null, null, null);
        assertThrows(
                SSLException.class, () -> broker.connectionFactory(distrusting).newConnection());
    }

    @Test
    void certificatesThatDoNotHoldAreRefused() throws Exception {
        assertRefused(files.as(files.expiredClient("CN=client")));
        assertRefused(files.as(files.foreignClient("CN=client")));
        try (SSLSocket socket = broker.socket(files.as(files.client("CN=client")))) {
            socket.startHandshake();
            RawHandshake.open(socket, 0);
        }
    }

    private static void assertRefused(SSLContext client) throws IOException {
        try (SSLSocket socket = broker.socket(client)) {
            // With TLS 1.3 a client learns of it when it reads first.
            assertThrows(IOException.class, () -> RawHandshake.open(socket, 0));
        }
    }

    @Test
    void whoSaysNothingIsCutOff() throws Exception {
        try (Socket socket = broker.rawSocket()) {
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void whoSpeaksNoTlsIsCutOff() throws Exception {
        try (Socket socket = broker.rawSocket()) {
            socket.getOutputStream().write("AMQP\0\0\u0009\u0001".getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    /** Broken octets in the middle end that connection, and leak nothing. */
    @Test
    void whatIsNoRecordEndsTheConnection() throws Exception {
        SSLContext context = files.anonymous();
        try (Socket raw = broker.rawSocket();
                SSLSocket socket =
                        (SSLSocket) context.getSocketFactory().createSocket(raw, "localhost", raw.getPort(), false)) {
            RawHandshake.open(socket, 0);
            raw.getOutputStream().write(new byte[1024]);
            try {
                // An alert, then the end.
                byte[] rest = raw.getInputStream().readAllBytes();
                assertTrue(rest.length < 1024, () -> rest.length + " octets");
            } catch (SocketException e) {
                assertEquals(
                        "Connection reset", e.getMessage(), "what the broker did not read makes an end of this kind");
            }
        }
    }

    /** Encrypted octets that wait count as others do: the client is cut off, and its messages are for others. */
    @Test
    void whoTakesNothingIsCutOff() throws Exception {
        int messages = 64;
        try (Connection connection = broker.plainConnectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("stalled", false, false, false, Map.of());
            channel.confirmSelect();
            for (int i = 0; i < messages; i++) {
                channel.basicPublish("", "stalled", null, new byte[128 << 10]);
            }
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            try (SSLSocket socket = broker.socket(files.anonymous())) {
                socket.setReceiveBufferSize(64 << 10);
                RawHandshake.open(socket, 0);
                RawHandshake.consume(socket, "stalled");
                long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
                while (channel.consumerCount("stalled") != 0 || channel.messageCount("stalled") != messages) {
                    assertTrue(System.nanoTime() - deadline < 0, "the consumer is still there");
                }
            }
            channel.queueDelete("stalled");
        }
    }

    @Test
    void onlyVersionsOfTodayAreSpoken() throws Exception {
        assertTrue(openssl("-tls1_3").contains("New, TLSv1.3, Cipher is TLS_"));
        assertTrue(openssl("-tls1_2").contains("New, TLSv1.2, Cipher is ECDHE-RSA-"));
        assertTrue(openssl("-tls1_1", "-cipher", "ALL:@SECLEVEL=0").contains("Cipher is (NONE)"));
    }

    private static String openssl(String... options) throws IOException, InterruptedException {
        String command = "openssl s_client -connect " + broker.address() + " " + String.join(" ", options)
                + " </dev/null 2>&1 || true";
        return String.join("\n", ExternalProgram.run("sh", "-c", command));
    }
}
