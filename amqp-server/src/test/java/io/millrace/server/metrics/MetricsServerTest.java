package io.millrace.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MetricsServerTest {
    private final BrokerCounters counters = new BrokerCounters();
    private final PrometheusText text = new PrometheusText(
            counters, new FixedGauges(), new BrokerIdentity("rabbit@host", "c", "id", "4.3.6", "Millrace", "0.1.0"));
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "/metrics", () -> text, Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
        text.close();
    }

    @Test
    void pageIsServedAndTheConnectionClosed() throws IOException {
        counters.forThread().add(BrokerCounter.RECEIVED, 5);

        String answer = exchange("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.contains("\r\ncontent-type: text/plain; version=0.0.4\r\n"), answer);
        assertTrue(answer.contains("\nrabbitmq_global_messages_received_total{protocol=\"amqp091\"} 5.0\n"), answer);
        int bodyAt = answer.indexOf("\r\n\r\n") + 4;
        assertTrue(answer.contains("\r\ncontent-length: " + (answer.length() - bodyAt) + "\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /metrics?family=queue, 200 OK",
        "GET, /, 404 Not Found",
        "GET, /metrics/, 404 Not Found",
        "GET, /metrics/per-object, 404 Not Found",
        "GET, /METRICS, 404 Not Found",
        "POST, /metrics, 405 Method Not Allowed",
        "POST, /, 404 Not Found",
    })
    void onlyThePageIsServed(String method, String uri, String status) throws IOException {
        String answer = exchange(method + " " + uri + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
    }

    @Test
    void headHasNoBody() throws IOException {
        String answer = exchange("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
        assertFalse(answer.contains("content-length: 0\r\n"), answer);
    }

    @Test
    void onlyTheFirstRequestOfAConnectionIsAnswered() throws IOException {
        String request = "GET /no HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answer = exchange(request + request);

        assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"));
    }

    @Test
    void oversizedRequestsAreRefused() throws IOException {
        String longLine = "GET /" + "x".repeat(3000) + " HTTP/1.1\r\n\r\n";
        String longHeaders = "GET /metrics HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n";

        assertTrue(exchange(longLine).startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertTrue(exchange(longHeaders).startsWith("HTTP/1.1 400 Bad Request\r\n"));
    }

    /** The server gives up on its own after five seconds; how long it took is not looked at. */
    @Test
    void silentConnectionIsClosed() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));

            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void addressThatIsTakenIsAnError() {
        IOException error = assertThrows(
                IOException.class,
                () -> MetricsServer.start(server.address(), "/metrics", () -> text, Optional.empty()));

        assertInstanceOf(BindException.class, error.getCause());
    }

    @Test
    void closedServerDoesNotListen() {
        server.close();

        assertThrows(ConnectException.class, this::connect);
    }

    private Socket connect() throws IOException {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
