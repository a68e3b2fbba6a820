package io.millrace.interop;

import com.rabbitmq.client.ConnectionFactory;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one broker for the whole run, on first use, unless a running one is named; gives each test a client of it. */
final class SharedBroker implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SharedBroker.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Client.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        // JUnit closes what is AutoCloseable in the store of the test when the test ends, the broker with the run.
        Client client = new Client(connectionFactory(test));
        test.getStore(NAMESPACE).put(Client.class, client);
        return client;
    }

    private static ConnectionFactory connectionFactory(ExtensionContext test) {
        Optional<String> foreign = Settings.foreignBroker();
        if (foreign.isEmpty()) {
            return test.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(BrokerProcess.class, type -> start(), BrokerProcess.class)
                    .connectionFactory();
        }
        try {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setUri(foreign.get());
            factory.setAutomaticRecoveryEnabled(false);
            return factory;
        } catch (Exception e) {
            throw new IllegalStateException("-Dinterop.uri: " + foreign.get(), e);
        }
    }

    private static BrokerProcess start() {
        try {
            return BrokerProcess.start("shared");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
