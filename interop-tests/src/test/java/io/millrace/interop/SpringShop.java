package io.millrace.interop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.config.RetryInterceptorBuilder;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.retry.RepublishMessageRecoverer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A Spring application: what it declares, what it listens to, and what it does with what fails. */
@Configuration(proxyBeanMethods = false)
@EnableRabbit
class SpringShop {
    static final String EXCHANGE = "shop";
    static final String ORDERS = "orders";
    static final String PAYMENTS = "payments";
    static final String PRICES = "prices";
    /** Where orders go that failed three times. */
    static final String PARKED = "parked";
    /** Where payments go that failed. */
    static final String DEAD = "dead";
    /** The exchange that keeps reminders until they are due, and the queue behind it. */
    static final String REMINDERS = "reminders";

    private static final int ATTEMPTS = 3;
    /** Of containers that lost their connection. */
    private static final long RETRY_MILLIS = 200;

    /** Everything that listeners were called with, also what they failed at. */
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    /** Starts the application; closing the context stops it. */
    static AnnotationConfigApplicationContext start(BrokerProcess broker) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(CachingConnectionFactory.class, () -> connections(broker));
        context.register(SpringShop.class);
        context.refresh();
        return context;
    }

    private static CachingConnectionFactory connections(BrokerProcess broker) {
        CachingConnectionFactory connections = new CachingConnectionFactory(broker.connectionFactory());
        connections.setPublisherConfirmType(ConfirmType.CORRELATED);
        connections.setPublisherReturns(true);
        return connections;
    }

    @Bean
    RabbitAdmin admin(CachingConnectionFactory connections) {
        return new RabbitAdmin(connections);
    }

    @Bean
    RabbitTemplate template(CachingConnectionFactory connections) {
        RabbitTemplate template = new RabbitTemplate(connections);
        template.setMandatory(true);
        template.setReplyTimeout(Settings.PATIENCE.toMillis());
        return template;
    }

    /** Exclusive to the application's connection: it has to be declared again after each loss of that. */
    @Bean
    Queue news() {
        return new AnonymousQueue();
    }

    @Bean
    Declarables topology(Queue news) {
        TopicExchange exchange = new TopicExchange(EXCHANGE);
        Queue orders = QueueBuilder.durable(ORDERS).build();
        Queue payments = QueueBuilder.durable(PAYMENTS)
                .quorum()
                .deadLetterExchange("")
                .deadLetterRoutingKey(DEAD)
                .build();
        Queue prices = QueueBuilder.durable(PRICES).build();
        DirectExchange later =
                ExchangeBuilder.directExchange(REMINDERS).delayed().build();
        Queue reminders = QueueBuilder.durable(REMINDERS).build();
        List<Binding> bindings = List.of(
                BindingBuilder.bind(orders).to(exchange).with("order.#"),
                BindingBuilder.bind(payments).to(exchange).with("payment.*"),
                BindingBuilder.bind(news).to(exchange).with("news"),
                BindingBuilder.bind(reminders).to(later).with(REMINDERS));
        Declarables topology = new Declarables(
                exchange, orders, payments, prices, later, reminders, new Queue(PARKED), new Queue(DEAD));
        topology.getDeclarables().addAll(bindings);
        return topology;
    }

    /** Failed messages are tried again in the application, and then published to the queue of the parked ones. */
    @Bean
    SimpleRabbitListenerContainerFactory retrying(CachingConnectionFactory connections, RabbitTemplate template) {
        SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
        factory.setConnectionFactory(connections);
        factory.setConcurrentConsumers(2);
        factory.setRecoveryInterval(RETRY_MILLIS);
        factory.setAdviceChain(RetryInterceptorBuilder.stateless()
                .maxAttempts(ATTEMPTS)
                .backOffOptions(10, 2, 100)
                .recoverer(new RepublishMessageRecoverer(template, "", PARKED))
                .build());
        return factory;
    }

    /** Failed messages are rejected, and dead-lettered by the broker. */
    @Bean
    DirectRabbitListenerContainerFactory rejecting(CachingConnectionFactory connections) {
        DirectRabbitListenerContainerFactory factory = new DirectRabbitListenerContainerFactory();
        factory.setConnectionFactory(connections);
        factory.setConsumersPerQueue(2);
        factory.setRecoveryInterval(RETRY_MILLIS);
        factory.setFailedDeclarationRetryInterval(RETRY_MILLIS);
        factory.setMonitorInterval(RETRY_MILLIS);
        factory.setDefaultRequeueRejected(false);
        return factory;
    }

    @RabbitListener(queues = ORDERS, containerFactory = "retrying")
    void order(String text) {
        take(text);
    }

    @RabbitListener(queues = PAYMENTS, containerFactory = "rejecting")
    void payment(String text) {
        take(text);
    }

    @RabbitListener(queues = "#{news.name}", containerFactory = "rejecting")
    void hearNews(String text) {
        take(text);
    }

    /** What it returns is sent to the address that the request names. */
    @RabbitListener(queues = PRICES, containerFactory = "retrying")
    String price(String article) {
        return Map.of("apple", "2", "pear", "3").get(article);
    }

    private void take(String text) {
        heard.add(text);
        if (text.startsWith("bad")) {
            throw new IllegalArgumentException("cannot take " + text);
        }
    }
}
