package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import org.junit.jupiter.api.Test;

class RecentHistoryExchangeTest {
    private final Destination holder = new Fixture.NamedQueue("holder", 99);

    private RecentHistoryExchange exchange(FieldTable arguments) {
        ExchangeDeclaration declaration = new ExchangeDeclaration(ShortString.of("x"), true, false, false, arguments);
        RecentHistoryExchange exchange =
                (RecentHistoryExchange) ExchangeTypes.create(RecentHistoryExchange.TYPE, declaration);
        exchange.holdIn(holder);
        return exchange;
    }

    private static Route route(Exchange exchange, FieldTable headers) {
        return new Router(name -> null, name -> null).route(exchange, ShortString.of("k"), null, () -> headers);
    }

    @Test
    void keepsTwentyMessagesUnlessToldOtherwise() {
        assertEquals(20, exchange(FieldTable.EMPTY).length());
        FieldTable arguments =
                FieldTable.builder().put(RecentHistoryExchange.LENGTH, 7).build();
        assertEquals(7, exchange(arguments).length());
    }

    @Test
    void aLengthIsAPositiveInteger() {
        assertRefused(new FieldValue.Int32(0), "0");
        assertRefused(new FieldValue.Int64(-3), "-3");
        assertRefused(new FieldValue.Text(LongString.of("5")), "<<\"5\">>");
    }

    private void assertRefused(FieldValue length, String shown) {
        FieldTable arguments =
                FieldTable.builder().put(RecentHistoryExchange.LENGTH, length).build();
        ChannelError error = assertThrows(ChannelError.class, () -> exchange(arguments));
        assertEquals(
                "PRECONDITION_FAILED - Invalid argument " + shown
                        + ", 'x-recent-history-length' must be a positive integer",
                error.replyText());
    }

    @Test
    void whatItKeepsIsUnroutableAllTheSame() {
        Route route = route(exchange(FieldTable.EMPTY), null);

        assertEquals(1, route.size());
        assertEquals(1, route.asides());
        assertEquals(holder, route.get(0));
    }

    @Test
    void aMessageMayAskNotToBeKept() {
        FieldTable no =
                FieldTable.builder().put("x-recent-history-no-store", true).build();

        assertEquals(0, route(exchange(FieldTable.EMPTY), no).size());
    }

    @Test
    void boundQueuesGetTheMessageWhateverItsKey() {
        RecentHistoryExchange exchange = exchange(FieldTable.EMPTY);
        Destination queue = new Fixture.NamedQueue("q", 1);
        exchange.bind(new Binding(exchange, queue, ShortString.of("other"), FieldTable.EMPTY));

        Route route = route(exchange, null);

        assertEquals(2, route.size());
        assertEquals(queue, route.get(0));
    }
}
