package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.codec.AmqpException;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.DefinitionChange;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.TestLoop;
import io.millrace.server.routing.ExchangeDeclaration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
    private final HandDrivenControl control = new HandDrivenControl(bytes -> {}, new BrokerCounters());
    private final VirtualHost virtualHost = control.virtualHosts().get("/");
    private final TestLoop loop = new TestLoop("loop");
    private final Requester requester = () -> loop;
    private final List<String> answers = new ArrayList<>();

    private final class Kept<T> implements Reply<T> {
        private final String name;

        Kept(String name) {
            this.name = name;
        }

        @Override
        public void succeeded(T result) {
            answers.add(name + " ok");
        }

        @Override
        public void failed(AmqpException error) {
            answers.add(name + " " + error.replyText());
        }
    }

    private static ShortString text(String text) {
        return ShortString.of(text);
    }

    private void declareQueue(String name, boolean durable, Requester owner, FieldTable arguments) {
        virtualHost.declareQueue(
                new QueueDeclaration(text(name), false, durable, owner, false, arguments, requester), new Kept<>(name));
    }

    private void declareDurable(String name) {
        declareQueue(name, true, null, FieldTable.EMPTY);
    }

    private void declareExchange(String name, String type, boolean autoDelete) {
        virtualHost.declareExchange(
                type, new ExchangeDeclaration(text(name), true, autoDelete, false, FieldTable.EMPTY), new Kept<>(name));
    }

    private void bind(String queue, String exchange) {
        virtualHost.bind(
                BindingRequest.ofQueue(text(exchange), text(queue), text("k"), FieldTable.EMPTY, requester),
                new Kept<>("bind"));
    }

    private List<String> run() {
        control.run();
        List<String> taken = List.copyOf(answers);
        answers.clear();
        return taken;
    }

    @Test
    void durableComesBeforeTheEffectAndTheEffectBeforeTheAnswer() {
        control.store().beforeApply(() -> {
            assertNull(virtualHost.findQueue(text("q")));
            assertEquals(List.of(), answers);
        });
        declareDurable("q");
        assertEquals(List.of("q ok"), run());
        assertNotNull(virtualHost.findQueue(text("q")));
    }

    @Test
    void whatDoesNotCollideIsWrittenTogether() {
        declareDurable("a");
        declareDurable("b");
        declareExchange("x", "direct", false);
        assertEquals(List.of("a ok", "b ok", "x ok"), run());
        assertEquals(List.of(3), sizes());
        declareDurable("c");
        declareDurable("c");
        bind("c", "x");
        declareDurable("d");
        assertEquals(List.of("c ok", "c ok", "bind ok", "d ok"), run());
        assertEquals(List.of(1, 2), sizes());
    }

    private List<Integer> sizes() {
        return control.store().takeBatches().stream().map(List::size).toList();
    }

    @Test
    void onAFullDiskADeclarationFailsAndTheNextOneMaySucceed() {
        control.store().full(true);
        declareDurable("a");
        assertEquals(List.of("a PRECONDITION_FAILED - the disk is full"), run());
        assertNull(virtualHost.findQueue(text("a")));
        assertEquals(List.of(), control.fatal());
        control.store().full(false);
        declareDurable("a");
        assertEquals(List.of("a ok"), run());
    }

    @Test
    void aFailingStoreRefusesAndChangesNothing() {
        control.store().fail(false);
        declareDurable("a");
        declareDurable("b");
        assertEquals(List.of("a INTERNAL_ERROR", "b INTERNAL_ERROR"), run());
        assertNull(virtualHost.findQueue(text("a")));
        assertEquals(List.of(), control.fatal());
        declareQueue("passing", false, null, FieldTable.EMPTY);
        assertEquals(List.of("passing ok"), run());
    }

    @Test
    void aStoreThatLostTrackEndsTheProcess() {
        control.store().fail(true);
        declareDurable("a");
        assertEquals(List.of("a INTERNAL_ERROR"), run());
        assertEquals(1, control.fatal().size());
    }

    @Test
    void whatIsSubmittedBehindTheStopIsNotInterrupted() throws Exception {
        List<Boolean> interrupted = new ArrayList<>();
        control.store().beforeApply(() -> interrupted.add(Thread.currentThread().isInterrupted()));
        CompletableFuture<Queue> declared = new CompletableFuture<>();
        control.control().stop(); // not started yet: it is only submitted
        virtualHost.declareQueue(
                new QueueDeclaration(text("q"), false, true, null, false, FieldTable.EMPTY, requester), new Reply<>() {
                    @Override
                    public void succeeded(Queue queue) {
                        declared.complete(queue);
                    }

                    @Override
                    public void failed(AmqpException error) {
                        declared.completeExceptionally(error);
                    }
                });
        control.control().start();
        assertNotNull(declared.get(30, TimeUnit.SECONDS));
        assertEquals(List.of(false), interrupted);
    }

    @Test
    void aRedeclareMustAskForTheSame() {
        declareQueue("q", true, null, FieldTable.of(java.util.Map.of("x-max-length", 5)));
        declareQueue("q", true, null, FieldTable.of(java.util.Map.of("x-max-length", 5L, "x-other", "ignored")));
        declareQueue("q", false, null, FieldTable.EMPTY);
        declareQueue("q", true, null, FieldTable.EMPTY);
        declareQueue("q", true, requester, FieldTable.EMPTY);
        declareExchange("amq.direct", "fanout", false);
        List<String> taken = run();
        assertEquals(List.of("q ok", "q ok"), taken.subList(0, 2));
        assertEquals(
                "q PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false'"
                        + " but current is 'true'",
                taken.get(2));
        assertEquals(
                "q PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received none but"
                        + " current is the value '5' of type 'signedint'",
                taken.get(3));
        assertEquals(0, taken.get(4).indexOf("q RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q'"));
        assertEquals(
                "amq.direct PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.direct' in vhost '/':"
                        + " received 'fanout' but current is 'direct'",
                taken.get(5));
    }

    @Test
    void autoDeleteExchangesGoWithTheirLastBindingAndTakeOthersAlong() {
        declareExchange("outer", "fanout", true);
        declareExchange("inner", "fanout", true);
        declareDurable("q");
        virtualHost.bind(
                BindingRequest.ofExchange(text("outer"), text("inner"), text(""), FieldTable.EMPTY, requester),
                new Kept<>("bind"));
        bind("q", "inner");
        run();
        control.store().takeBatches();
        virtualHost.deleteQueue(text("q"), false, false, requester, new Kept<>("delete"));
        assertEquals(List.of("delete ok"), run());
        assertNull(virtualHost.findExchange(text("inner")));
        assertNull(virtualHost.findExchange(text("outer")));
        assertEquals(
                List.of(List.of(
                        new DefinitionChange.DeleteQueue("/", "q"),
                        new DefinitionChange.DeleteExchange("/", "inner"),
                        new DefinitionChange.DeleteExchange("/", "outer"))),
                control.store().takeBatches());
    }

    @Test
    void allQueuesOfAnOwnerTogetherLeaveTheirExchangeUnused() {
        declareExchange("x", "direct", true);
        declareQueue("a", false, requester, FieldTable.EMPTY);
        declareQueue("b", false, requester, FieldTable.EMPTY);
        bind("a", "x");
        bind("b", "x");
        run();
        virtualHost.releaseOwner(requester, new Kept<>("release"));
        assertEquals(List.of("release ok"), run());
        assertEquals(0, virtualHost.queues().size());
        assertNull(virtualHost.findExchange(text("x")));
    }

    @Test
    void anExclusiveQueueIsItsOwnersAlone() {
        Requester other = () -> loop;
        declareQueue("mine", true, requester, FieldTable.EMPTY);
        run();
        assertFalse(virtualHost.requireQueue(text("mine")).settings().durable());
        virtualHost.deleteQueue(text("mine"), false, false, other, new Kept<>("delete"));
        assertEquals(
                "delete RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine' in vhost '/'",
                run().get(0).split("\\.", 2)[0]);
        virtualHost.releaseOwner(other, new Kept<>("release"));
        run();
        assertNotNull(virtualHost.findQueue(text("mine")));
    }
}
