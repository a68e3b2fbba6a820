package io.millrace.server.vhost;

import io.millrace.definitions.Definitions;
import io.millrace.definitions.MemoryDefinitionStore;
import io.millrace.definitions.Permission;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.HandDrivenStore;
import io.millrace.server.queue.MemoryBudget;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.TestLoop;
import io.millrace.server.security.AccessControl;
import java.util.ArrayList;
import java.util.List;

/** A control plane whose thread is the test's: submitted commands wait until {@link #run}. */
public final class HandDrivenControl {
    private final MemoryDefinitionStore store = new MemoryDefinitionStore();
    private final List<Throwable> fatal = new ArrayList<>();
    private final ControlPlane control = new ControlPlane(store, fatal::add);
    private final VirtualHosts virtualHosts;

    public HandDrivenControl(MemoryBudget memory, BrokerCounters counters) {
        this(memory, counters, Compatibility.RABBITMQ_4);
    }

    public HandDrivenControl(MemoryBudget memory, BrokerCounters counters, Compatibility compatibility) {
        virtualHosts = new VirtualHosts(
                control,
                new QueueMemory(memory, new HandDrivenStore(), Integer.MAX_VALUE, Long.MAX_VALUE),
                null,
                QueueDefaults.USUAL,
                compatibility,
                counters.forThread());
        virtualHosts.load(definitions(), () -> new TestLoop("unused"));
    }

    /** One virtual host, and a user who may do everything there. */
    private static Definitions definitions() {
        return new Definitions(
                List.of(new VhostDefinition("/")),
                List.of(),
                List.of(new Permission("guest", "/", ".*", ".*", ".*")),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** What users may do. */
    public AccessControl access() {
        return new AccessControl(definitions());
    }

    public VirtualHosts virtualHosts() {
        return virtualHosts;
    }

    public MemoryDefinitionStore store() {
        return store;
    }

    /** What the control plane reported as the end. */
    public List<Throwable> fatal() {
        return fatal;
    }

    ControlPlane control() {
        return control;
    }

    /** Executes what was submitted. */
    public void run() {
        control.runPending();
    }
}
