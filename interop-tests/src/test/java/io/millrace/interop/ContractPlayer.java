package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQImpl;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Plays the cases of {@link ContractIT}: each on a channel of its own, with names of its own. */
final class ContractPlayer {
    private final Client client;
    private Connection connection;
    private Channel channel;
    private String prefix;
    private final List<Method> deletions = new ArrayList<>();

    ContractPlayer(Client client) throws IOException, TimeoutException {
        this.client = client;
        connection = client.connect();
    }

    /** Plays the methods of a case; returns the case with the answers of this broker. */
    String play(List<String> lines) throws IOException, TimeoutException {
        prefix = client.name() + ".";
        channel = connection.createChannel();
        List<String> played = new ArrayList<>();
        String method = null;
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.startsWith("  ")) {
                String[] argument = line.strip().split(" = ", 2);
                arguments.put(argument[0], value(argument[1]));
            } else if (!line.startsWith("> ")) {
                method = line;
                arguments.clear();
            }
            played.add(line.startsWith("> ") ? "> " + answer(method, arguments) : line);
        }
        deleteAll();
        return String.join("\n", played);
    }

    void close() throws IOException {
        connection.close();
    }

    private String answer(String line, Map<String, Object> arguments) throws IOException, TimeoutException {
        try {
            channel.rpc(method(line, arguments));
            return "ok";
        } catch (IOException e) {
            if (!(e.getCause() instanceof ShutdownSignalException signal)) {
                throw e;
            }
            String closed = closed(signal).replace(prefix, "~");
            if (signal.isHardError()) {
                connection = client.connect();
            }
            channel = connection.createChannel();
            return closed;
        }
    }

    private static String closed(ShutdownSignalException signal) {
        return signal.getReason() instanceof AMQP.Channel.Close close
                ? "channel " + close.getReplyCode() + " " + close.getReplyText()
                : "connection " + ((AMQP.Connection.Close) signal.getReason()).getReplyCode() + " "
                        + ((AMQP.Connection.Close) signal.getReason()).getReplyText();
    }

    private void deleteAll() throws IOException, TimeoutException {
        if (!channel.isOpen()) {
            channel = connection.createChannel();
        }
        for (Method deletion : deletions) {
            channel.rpc(deletion);
        }
        deletions.clear();
        try {
            channel.close();
        } catch (TimeoutException e) {
            throw new IOException(e);
        }
    }

    private Method method(String line, Map<String, Object> arguments) {
        String[] words = line.split(" ", -1);
        Fields fields = new Fields(words);
        switch (words[0]) {
            case "queue.declare" -> {
                if (fields.text("queue").startsWith(prefix)) {
                    deletions.add(new AMQP.Queue.Delete.Builder()
                            .queue(fields.text("queue"))
                            .build());
                }
                AMQP.Queue.Declare declare = new AMQP.Queue.Declare.Builder()
                        .queue(fields.text("queue"))
                        .passive(fields.has("passive"))
                        .durable(fields.has("durable"))
                        .exclusive(fields.has("exclusive"))
                        .autoDelete(fields.has("auto_delete"))
                        .build();
                return new OrderedQueueDeclare((AMQImpl.Queue.Declare) declare, arguments);
            }
            case "exchange.declare" -> {
                if (fields.text("exchange").startsWith(prefix)) {
                    deletions.add(new AMQP.Exchange.Delete.Builder()
                            .exchange(fields.text("exchange"))
                            .build());
                }
                return new AMQP.Exchange.Declare.Builder()
                        .exchange(fields.text("exchange"))
                        .type(fields.text("type"))
                        .passive(fields.has("passive"))
                        .durable(fields.has("durable"))
                        .autoDelete(fields.has("auto_delete"))
                        .internal(fields.has("internal"))
                        .arguments(arguments)
                        .build();
            }
            default -> {
                return otherMethod(words[0], fields, arguments);
            }
        }
    }

    private Method otherMethod(String name, Fields fields, Map<String, Object> arguments) {
        String queue = fields.text("queue");
        String exchange = fields.text("exchange");
        String key = fields.text("routing_key");
        return switch (name) {
            case "queue.bind" ->
                new AMQP.Queue.Bind.Builder()
                        .queue(queue)
                        .exchange(exchange)
                        .routingKey(key)
                        .arguments(arguments)
                        .build();
            case "queue.unbind" ->
                new AMQP.Queue.Unbind.Builder()
                        .queue(queue)
                        .exchange(exchange)
                        .routingKey(key)
                        .arguments(arguments)
                        .build();
            case "queue.delete" -> new AMQP.Queue.Delete.Builder().queue(queue).build();
            case "queue.purge" -> new AMQP.Queue.Purge.Builder().queue(queue).build();
            case "exchange.delete" ->
                new AMQP.Exchange.Delete.Builder()
                        .exchange(exchange)
                        .ifUnused(fields.has("if_unused"))
                        .build();
            case "exchange.bind" ->
                new AMQP.Exchange.Bind.Builder()
                        .source(fields.text("source"))
                        .destination(fields.text("destination"))
                        .routingKey(key)
                        .build();
            case "exchange.unbind" ->
                new AMQP.Exchange.Unbind.Builder()
                        .source(fields.text("source"))
                        .destination(fields.text("destination"))
                        .routingKey(key)
                        .build();
            case "basic.consume" ->
                new AMQP.Basic.Consume.Builder()
                        .queue(queue)
                        .consumerTag(fields.text("consumer_tag"))
                        .arguments(arguments)
                        .build();
            case "basic.qos" ->
                new AMQP.Basic.Qos.Builder()
                        .prefetchCount(Integer.parseInt(fields.text("prefetch_count")))
                        .build();
            default -> throw new IllegalArgumentException("method: " + name);
        };
    }

    private static Object value(String typed) {
        String[] parts = typed.split(" ", 2);
        String text = parts.length == 2 ? parts[1] : "";
        return switch (parts[0]) {
            case "int" -> Integer.valueOf(text);
            case "long" -> Long.valueOf(text);
            case "short" -> Short.valueOf(text);
            case "byte" -> Byte.valueOf(text);
            case "double" -> Double.valueOf(text);
            case "float" -> Float.valueOf(text);
            case "bool" -> Boolean.valueOf(text);
            case "time" -> Date.from(Instant.ofEpochSecond(Long.parseLong(text)));
            case "octets" -> octets(text);
            case "text" -> text;
            case "table" -> Map.of();
            case "array" -> List.of();
            case "void" -> null;
            default -> throw new IllegalArgumentException("value: " + typed);
        };
    }

    private static byte[] octets(String hexadecimal) {
        byte[] octets = new byte[hexadecimal.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(hexadecimal.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }

    /** The fields of a method: {@code name=value}, or just the name for what is true. */
    private final class Fields {
        private final Map<String, String> fields = new HashMap<>();

        Fields(String[] words) {
            for (int i = 1; i < words.length; i++) {
                String[] field = words[i].split("=", 2);
                fields.put(field[0], field.length == 2 ? field[1].replace("~", prefix) : "true");
            }
        }

        boolean has(String name) {
            return fields.containsKey(name);
        }

        String text(String name) {
            return fields.getOrDefault(name, "");
        }
    }
}
