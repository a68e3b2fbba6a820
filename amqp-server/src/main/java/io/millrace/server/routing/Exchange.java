package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One exchange: its name, type, flags and arguments, and the bindings that start at it.
 *
 * <p>One thread, the definitions thread, calls {@link #bind} and {@link #unbind}; any thread may route and list at the
 * same time, without locks. A message that is routed after {@code bind} has returned sees the binding; one that is
 * routed while a binding comes or goes sees it or not, and always sees all others. Exchanges are compared by identity.
 */
public abstract sealed class Exchange implements BindingTarget
        permits DirectExchange, FanoutExchange, TopicExchange, HeadersExchange, SelectingExchange, HoldingExchange {

    /** The argument that names the alternate exchange. */
    public static final String ALTERNATE_EXCHANGE = "alternate-exchange";

    private static final int NAME_LENGTH_MAX = 255;

    private final ExchangeDeclaration declaration;
    private final ShortString alternateExchange;
    /** What a policy says, or null. Written by the definitions thread only. */
    private volatile ShortString alternateByPolicy;

    /** Written by the definitions thread only. */
    private volatile int bindingCount;

    Exchange(ExchangeDeclaration declaration) {
        this.declaration = requireNonNull(declaration, "declaration is null");
        this.alternateExchange = alternateExchangeOf(declaration.arguments());
    }

    /**
     * A name that is longer than any exchange's is a name that is never found; nor does an empty one mean the default
     * exchange.
     */
    private static ShortString alternateExchangeOf(FieldTable arguments) {
        return arguments.get(ALTERNATE_EXCHANGE) instanceof FieldValue.Text text
                        && text.value().bytes().length > 0
                        && text.value().bytes().length <= NAME_LENGTH_MAX
                ? ShortString.of(text.value().bytes())
                : null;
    }

    @Override
    public final ShortString name() {
        return declaration.name();
    }

    /** The type's name as in {@code exchange.declare}, such as {@code topic}. */
    public abstract String type();

    /** Whether it is a topic exchange to whoever looks at it from outside. */
    public final boolean isTopic() {
        return type().equals(TopicExchange.TYPE);
    }

    /** Whether the exchange survives a restart. */
    public final boolean durable() {
        return declaration.durable();
    }

    /** Whether the exchange goes away when the last binding that starts at it goes away. */
    public final boolean autoDelete() {
        return declaration.autoDelete();
    }

    /** Whether clients may not publish to it. */
    public final boolean internal() {
        return declaration.internal();
    }

    /** The arguments of the declaration as they arrived. */
    public final FieldTable arguments() {
        return declaration.arguments();
    }

    /**
     * Where messages go for which no binding of this exchange matches, or null. The exchange need not exist. The
     * declaration's argument goes before a policy.
     */
    public final ShortString alternateExchange() {
        return alternateExchange != null ? alternateExchange : alternateByPolicy;
    }

    /** What policies say about {@link #alternateExchange}, or null. On the definitions thread. */
    public final void alternateByPolicy(ShortString alternate) {
        alternateByPolicy = alternate;
    }

    /** Whether this is the default exchange, which routes to the queue that the routing key names. */
    public final boolean isDefault() {
        return name().isEmpty();
    }

    /**
     * Whether something besides the routing key has a say here, such as the headers of a message or chance, so that a
     * route holds for one message only.
     */
    public boolean routesVary() {
        return false;
    }

    /**
     * Says whether this exchange would take the binding, before anything is stored.
     *
     * @throws io.millrace.codec.ChannelError with {@code PRECONDITION_FAILED} if key or arguments mean nothing to this
     *     type
     */
    public void validate(Binding binding) {}

    /**
     * Adds a binding that starts here. On the definitions thread. Use {@link BindingTable#bind} where bindings must
     * also be found by their destination.
     *
     * @return false if it was there already
     * @throws io.millrace.codec.ChannelError as {@link #validate}
     */
    public final boolean bind(Binding binding) {
        requireStartsHere(binding);
        boolean added = add(binding);
        if (added) {
            countBindings(1);
        }
        return added;
    }

    /**
     * Takes a binding away. On the definitions thread. Use {@link BindingTable#unbind} where {@link BindingTable#bind}
     * was used.
     *
     * @return false if there was no such binding
     */
    public final boolean unbind(Binding binding) {
        requireStartsHere(binding);
        boolean removed = remove(binding);
        if (removed) {
            countBindings(-1);
        }
        return removed;
    }

    /** All bindings that start here, in no particular order. */
    public final List<Binding> bindings() {
        List<Binding> bindings = new ArrayList<>(bindingCount);
        forEachBinding(bindings::add);
        return bindings;
    }

    /** Whether any binding starts here. */
    public final boolean hasBindings() {
        return bindingCount > 0;
    }

    /** The number of bindings that start here. */
    public final int bindingCount() {
        return bindingCount;
    }

    abstract boolean add(Binding binding);

    abstract boolean remove(Binding binding);

    abstract void forEachBinding(Consumer<Binding> action);

    /** Adds the targets of all bindings that match; what matches twice may be added twice. */
    abstract void route(ShortString routingKey, RouteCollector out);

    private void requireStartsHere(Binding binding) {
        if (binding.source() != this) {
            throw new IllegalArgumentException(
                    "binding of another exchange: '" + binding.source().name() + "' (expected: '" + name() + "')");
        }
    }

    private void countBindings(int change) {
        int count = bindingCount + change;
        assert count >= 0 : "bindingCount: " + count + " (expected: >= 0)";
        bindingCount = count;
    }

    @Override
    public final String toString() {
        return type() + " exchange '" + name() + "'";
    }
}
