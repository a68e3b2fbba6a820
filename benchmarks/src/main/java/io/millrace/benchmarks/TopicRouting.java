package io.millrace.benchmarks;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.Destination;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import io.millrace.server.routing.Route;
import io.millrace.server.routing.RouteCache;
import io.millrace.server.routing.Router;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A topic exchange with wildcard bindings of four shapes, and a key for each; they come in an order that no processor
 * foresees.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TopicRouting {
    private static final int QUEUES = 10;
    private static final String[] SHAPES = {"t.%d.*.x", "t.%d.#", "*.%d.b.*", "t.%d.b.#"};

    @Param({"1000", "100000"})
    int bindings;

    private ShortString[] keys;
    private final Router router = new Router(name -> null, name -> null);
    private final RouteCache cache = new RouteCache(router, () -> 0L);
    private Exchange exchange;
    private int next;

    private record NamedQueue(ShortString name, int id) implements Destination {}

    @Setup
    public void prepare() {
        exchange = ExchangeTypes.create(
                "topic", new ExchangeDeclaration(ShortString.of("events"), true, false, false, FieldTable.EMPTY));
        keys = new ShortString[bindings];
        Destination[] queues = new Destination[QUEUES];
        Arrays.setAll(queues, i -> new NamedQueue(ShortString.of("q" + i), i));
        for (int i = 0; i < bindings; i++) {
            ShortString pattern = ShortString.of(SHAPES[i % SHAPES.length].formatted(i));
            exchange.bind(new Binding(exchange, queues[i % QUEUES], pattern, FieldTable.EMPTY));
            keys[i] = ShortString.of("t." + i + ".b.x");
            if (router.route(exchange, keys[i], null, TopicRouting::noHeaders).size() != 1) {
                throw new IllegalStateException(keys[i] + " does not meet one binding");
            }
        }
        Collections.shuffle(Arrays.asList(keys), new Random(1));
    }

    /** A walk through the trie. */
    @Benchmark
    public Route trie() {
        return router.route(exchange, nextKey(), null, TopicRouting::noHeaders);
    }

    /** What a connection does as long as bindings stay as they are: a look into its cache, which may be too small. */
    @Benchmark
    public Route cached() {
        return cache.route(exchange, nextKey(), TopicRouting::noHeaders);
    }

    private static FieldTable noHeaders() {
        return null;
    }

    private ShortString nextKey() {
        next = next == bindings - 1 ? 0 : next + 1;
        return keys[next];
    }
}
