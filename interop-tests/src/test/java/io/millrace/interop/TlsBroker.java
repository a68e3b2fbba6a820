package io.millrace.interop;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A broker that listens with TLS, beside the port without. */
final class TlsBroker implements AutoCloseable {
    private final BrokerProcess broker;
    private final int port;

    private TlsBroker(BrokerProcess broker, int port) {
        this.broker = broker;
        this.port = port;
    }

    /** @param settings as {@code key=value}, beyond the listener and the certificate */
    static TlsBroker start(String name, TlsFiles files, String... settings) throws IOException, InterruptedException {
        int port = BrokerProcess.freePort();
        List<String> arguments = new ArrayList<>();
        for (String setting : List.of(
                "listeners.ssl.1=127.0.0.1:" + port,
                "ssl_options.certfile=" + files.path("server.pem"),
                "ssl_options.keyfile=" + files.path("server.key"),
                "ssl_options.cacertfile=" + files.path("ca.pem"))) {
            arguments.addAll(List.of("--set", setting));
        }
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return new TlsBroker(BrokerProcess.start(name, arguments.toArray(new String[0])), port);
    }

    /** For a client that believes the server's certificate only if it is that of its host. */
    ConnectionFactory connectionFactory(SSLContext context) {
        ConnectionFactory factory = broker.connectionFactory();
        factory.setPort(port);
        factory.useSslProtocol(context);
        factory.enableHostnameVerification();
        return factory;
    }

    ConnectionFactory plainConnectionFactory() {
        return broker.connectionFactory();
    }

    /** A connection without TLS to the port with TLS. */
    Socket rawSocket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Settings.PATIENCE.toMillis());
        return socket;
    }

    /** One with TLS, whose handshake is still to come. */
    SSLSocket socket(SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Settings.PATIENCE.toMillis());
        return socket;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    List<String> rabbitmqctl(String... words) throws IOException, InterruptedException {
        return broker.rabbitmqctl(words);
    }

    @Override
    public void close() {
        broker.close();
    }
}
