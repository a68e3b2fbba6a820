package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of clients that need one, their users, and certificates of the server that are renewed. */
@Tag("own-broker")
@Tag("differs") // in nothing but how the listener is configured
class CertificateIT {
    @TempDir
    private Path directory;

    @Test
    void theirNamesAreUsers() throws Exception {
        TlsFiles files = new TlsFiles(directory);
        try (TlsBroker broker = TlsBroker.start(
                "external",
                files,
                "ssl_options.verify=verify_peer",
                "ssl_options.fail_if_no_peer_cert=true",
                "auth_mechanisms.1=PLAIN",
                "auth_mechanisms.2=EXTERNAL")) {
            X509Bundle client = files.client("O=acme,CN=client");
            String name = "O=acme,CN=client";
            broker.rabbitmqctl("add_user", name, "forgotten");
            broker.rabbitmqctl("clear_password", name);
            assertThrows(IOException.class, () -> external(broker, files.as(client)), "has no permission yet");
            broker.rabbitmqctl("set_permissions", name, ".*", ".*", ".*");
            try (Connection connection = external(broker, files.as(client))) {
                assertEquals(
                        List.of(String.join(
                                "\t", name, "true", "EXTERNAL", "tlsv1.3", "any", "aead", name, "CN=authority")),
                        broker.rabbitmqctl(
                                "-s",
                                "list_connections",
                                "user",
                                "ssl",
                                "auth_mechanism",
                                "ssl_protocol",
                                "ssl_key_exchange",
                                "ssl_hash",
                                "peer_cert_subject",
                                "peer_cert_issuer"));
                assertTrue(connection.isOpen());
            }
            assertThrows(
                    AuthenticationFailureException.class, () -> external(broker, files.as(files.client("CN=nobody"))));
            try (Connection connection =
                    broker.connectionFactory(files.as(client)).newConnection()) {
                assertTrue(connection.isOpen(), "passwords work as well");
            }
            assertThrows(
                    IOException.class,
                    () -> broker.connectionFactory(files.anonymous()).newConnection());
            ConnectionFactory plain = broker.plainConnectionFactory();
            plain.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            assertThrows(IOException.class, plain::newConnection);
        }
    }

    private static Connection external(TlsBroker broker, SSLContext client) throws Exception {
        ConnectionFactory factory = broker.connectionFactory(client);
        factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
        return factory.newConnection();
    }

    @Test
    void aNewOneIsForNewConnections() throws Exception {
        TlsFiles files = new TlsFiles(directory);
        try (TlsBroker broker = TlsBroker.start("renewed", files);
                Connection before = broker.connectionFactory(files.anonymous()).newConnection()) {
            assertEquals("O=acme,CN=localhost", serverOf(broker, files));

            files.write("server.key", "half of a key");
            assertEquals(List.of("ok"), broker.rabbitmqctl("eval", "ssl:clear_pem_cache()."));
            assertEquals("O=acme,CN=localhost", serverOf(broker, files));

            files.renewServer("O=acme\\, renewed,CN=localhost");
            assertEquals(List.of("ok"), broker.rabbitmqctl("eval", "ssl:clear_pem_cache()."));
            assertEquals("O=acme\\, renewed,CN=localhost", serverOf(broker, files));
            before.createChannel().close();
        }
    }

    private static String serverOf(TlsBroker broker, TlsFiles files) throws Exception {
        try (SSLSocket socket = broker.socket(files.anonymous())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** Whatever OpenSSL makes of the key. */
    @Test
    void keysOfAllFormatsAreRead() throws Exception {
        TlsFiles files = new TlsFiles(directory);
        List<String> commands = List.of(
                "genpkey -algorithm RSA -aes-256-cbc -pass pass:s3cret",
                "genrsa -traditional",
                "genrsa -traditional -aes128 -passout pass:s3cret",
                "genrsa -traditional -aes256 -passout pass:s3cret",
                "genrsa -traditional -des3 -passout pass:s3cret",
                "ecparam -name secp384r1 -genkey",
                "genpkey -algorithm ED25519");
        try (TlsBroker broker = TlsBroker.start("keys", files, "ssl_options.password=s3cret")) {
            for (int i = 0; i < commands.size(); i++) {
                String script = "cd '" + directory + "' && openssl " + commands.get(i) + " -out server.key"
                        + " && openssl req -new -key server.key -passin pass:s3cret -subj /CN=" + i + " -out request"
                        + " && openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem";
                ExternalProgram.run("sh", "-c", script);
                broker.rabbitmqctl("eval", "ssl:clear_pem_cache().");
                assertEquals("CN=" + i, serverOf(broker, files), commands.get(i));
            }
        }
    }
}
