package io.millrace.server.connection;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.alarm.DiskAlarm;
import io.millrace.server.alarm.MemoryAlarm;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.TestLoop;
import io.millrace.server.security.HashingAlgorithm;
import io.millrace.server.security.PasswordHash;
import io.millrace.server.security.SaslMechanisms;
import io.millrace.server.security.User;
import io.millrace.server.security.Users;
import io.millrace.server.vhost.Compatibility;
import io.millrace.server.vhost.HandDrivenControl;
import io.millrace.server.vhost.VirtualHost;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole broker in the test's thread: connections on loops that run by hand, definitions in memory, a journal that
 * becomes durable when the test says so.
 */
final class TestBroker {
    static final int HEARTBEAT_SECONDS = 60;
    static final int HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    static final int SEND_TIMEOUT_MILLIS = 30_000;
    static final long MEMORY_LIMIT = 10_000_000;
    static final int MESSAGE_SIZE_MAX = 1 << 20;

    private static final ConnectionSettings SETTINGS = new ConnectionSettings(
            HEARTBEAT_SECONDS,
            131_072,
            8192,
            2047,
            HANDSHAKE_TIMEOUT_MILLIS,
            SEND_TIMEOUT_MILLIS,
            OptionalLong.of(MESSAGE_SIZE_MAX),
            1000,
            0,
            false,
            0);

    private final Users users = users();
    final TestLoop.Stage stage = new TestLoop.Stage();
    final BrokerCounters counters = new BrokerCounters();
    final Connections connections = new Connections();
    final MemoryAlarm memoryAlarm = new MemoryAlarm(MEMORY_LIMIT, on -> connections.alarmsChanged());
    final DiskAlarm diskAlarm = new DiskAlarm(() -> Long.MAX_VALUE, 0, connections::alarmsChanged);
    final Alarms alarms = new Alarms(memoryAlarm, diskAlarm, connections::alarmsChanged);
    final HandDrivenControl control;
    final ConnectionContext context;

    private final List<TestLoop> loops = new ArrayList<>();
    private final List<TestClient> clients = new ArrayList<>();

    TestBroker() {
        this(Compatibility.RABBITMQ_4);
    }

    TestBroker(Compatibility compatibility) {
        control = new HandDrivenControl(memoryAlarm, counters, compatibility);
        context = new ConnectionContext(
                new AtomicReference<>(SETTINGS),
                new ServerIdentity("RabbitMQ", "4.3.0", "test", "rabbit@test"),
                SaslMechanisms.withPasswords(users),
                new Admission(control.virtualHosts(), users, control.access(), Integer.MAX_VALUE),
                alarms,
                connections);
    }

    private static Users users() {
        PasswordHash hash = PasswordHash.ofPassword(
                "guest".getBytes(StandardCharsets.UTF_8), HashingAlgorithm.SHA256, new SecureRandom());
        return new Users(List.of(new User("guest", hash, Set.of())), Set.of());
    }

    TestLoop loop(String name) {
        TestLoop loop = new TestLoop(stage, name, counters);
        loops.add(loop);
        return loop;
    }

    VirtualHost virtualHost() {
        return control.virtualHosts().get("/");
    }

    /** A socket on the loop that nothing was sent through yet. */
    TestClient connect(TestLoop loop) {
        TestClient client = new TestClient(this, loop);
        clients.add(client);
        return client;
    }

    /** A client on a loop of its own whose connection and channel 1 are open. */
    TestClient open(String name) {
        return connect(loop(name)).open();
    }

    /** Runs everything that waits, until nothing does; what must become durable does not. */
    void settle() {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (TestLoop loop : loops) {
                while (loop.runOne()) {
                    progress = true;
                }
            }
            control.run();
            for (TestClient client : clients) {
                progress |= client.runSocketTasks();
            }
            progress |= loops.stream().anyMatch(loop -> loop.waiting() > 0);
        }
    }

    /** Ends all connections and frees what their clients did not read. */
    void end() {
        clients.forEach(TestClient::end);
        settle();
        clients.forEach(TestClient::end);
    }

    /** Makes everything written so far durable. */
    void makeDurable() {
        loops.forEach(loop -> loop.on(() -> loop.journal().makeDurable()));
        settle();
    }
}
