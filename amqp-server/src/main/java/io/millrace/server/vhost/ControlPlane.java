package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.DefinitionStoreException;
import io.millrace.definitions.DiskFullException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes definitions: virtual hosts, exchanges, queues, bindings. A command is planned (checked,
 * and turned into changes of the store and an effect on the tables), made durable, takes effect, and is answered, in
 * this order.
 *
 * <p>Commands that come while others are being made durable are planned as a group and cost one synchronous write
 * together, as long as none touches what another one of the group touches: a plan may only look at what has taken
 * effect.
 */
public final class ControlPlane {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /** Commands in one group: bounds the time until the first is answered. */
    private static final int GROUP_MAX = 1024;

    private final DefinitionStore store;
    private final Consumer<Throwable> fatal;
    private final LinkedBlockingQueue<Command<?>> commands = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "millrace-definitions");

    private final List<Planned<?>> group = new ArrayList<>();
    private final Set<Object> touched = new HashSet<>();
    private boolean stopping;

    /** @param fatal told when the store can no longer be trusted; the process is about to end */
    public ControlPlane(DefinitionStore store, Consumer<Throwable> fatal) {
        this.store = store;
        this.fatal = fatal;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    DefinitionStore store() {
        return store;
    }

    /** Has the command executed after those before it. Any thread. */
    void submit(Command<?> command) {
        commands.add(command);
    }

    /** Executes what was submitted before, and ends. */
    public void stop() throws InterruptedException {
        submit(Command.stop(() -> stopping = true));
        thread.join();
    }

    private void run() {
        while (!stopping) {
            try {
                execute(commands.take());
                runPending();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // A command that fails in a way nobody thought of must not end the thread that all depend on.
                LOG.error("A change of definitions failed", e);
            }
        }
    }

    /** Executes what was submitted so far. On the thread, or in place of it when it was never started. */
    void runPending() {
        for (Command<?> next = commands.poll(); next != null; next = commands.poll()) {
            execute(next);
        }
        commitGroup();
    }

    private <T> void execute(Command<T> command) {
        if (command.touches().isEmpty() || conflicts(command) || group.size() == GROUP_MAX) {
            commitGroup();
        }
        try {
            Plan<T> plan = command.plan();
            if (plan.changes().isEmpty()) {
                new Planned<>(command, plan).takeEffect();
                return;
            }
            group.add(new Planned<>(command, plan));
            touched.addAll(command.touches());
            if (command.touches().isEmpty()) {
                commitGroup();
            }
        } catch (AmqpException e) {
            command.reply().failed(e);
        } catch (DiskFullException e) {
            LOG.error("Definitions could not be stored: {}", e.getMessage());
            command.reply().failed(refusal(e));
        } catch (RuntimeException e) {
            LOG.error("A change of definitions failed", e);
            command.reply().failed(new ConnectionError(ReplyCode.INTERNAL_ERROR, null));
        }
    }

    private boolean conflicts(Command<?> command) {
        for (Object touches : command.touches()) {
            if (touched.contains(touches)) {
                return true;
            }
        }
        return false;
    }

    private void commitGroup() {
        if (group.isEmpty()) {
            return;
        }
        List<Planned<?>> planned = List.copyOf(group);
        group.clear();
        touched.clear();
        List<DefinitionChange> changes = new ArrayList<>();
        for (Planned<?> each : planned) {
            changes.addAll(each.plan.changes());
        }
        try {
            store.apply(changes);
        } catch (DefinitionStoreException e) {
            LOG.error("Definitions could not be stored: {}", e.getMessage());
            AmqpException refusal = refusal(e);
            planned.forEach(each -> each.command.reply().failed(refusal));
            if (e.isFatal()) {
                fatal.accept(e);
            }
            return;
        }
        planned.forEach(Planned::takeEffect);
    }

    /** A full disk is nothing that the client's connection has to end for. */
    private static AmqpException refusal(DefinitionStoreException e) {
        return e instanceof DiskFullException
                ? new ChannelError(ReplyCode.PRECONDITION_FAILED, e.getMessage())
                : new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
    }

    private record Planned<T>(Command<T> command, Plan<T> plan) {
        void takeEffect() {
            T result;
            try {
                result = plan.effect().get();
            } catch (RuntimeException e) {
                LOG.error("A change of definitions is stored but did not take effect", e);
                refuse();
                return;
            }
            command.reply().succeeded(result);
            plan.afterwards().run();
        }

        void refuse() {
            command.reply().failed(new ConnectionError(ReplyCode.INTERNAL_ERROR, null));
        }
    }
}
