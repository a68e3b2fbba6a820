package io.millrace.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EffectivePolicyTest {
    private static EffectivePolicy policy(String key, Object value) {
        return new EffectivePolicy("p", "", Map.of(key, value));
    }

    private static FieldTable declared(String name, String text) {
        return FieldTable.builder()
                .put(name, new FieldValue.Text(LongString.of(text)))
                .build();
    }

    @Test
    void withoutPolicyTheArgumentsStayAsTheyCame() {
        FieldTable declared = declared("x-overflow", "drop-head");
        assertSame(declared, EffectivePolicy.NONE.with(declared));
    }

    @Test
    void ofTwoAgesTheLowerHoldsWhateverTheUnit() {
        EffectivePolicy policy = policy("max-age", "36h");
        assertEquals(
                "36h", policy.with(declared("x-max-age", "2D")).get("x-max-age").toString());
        assertEquals(
                "1D", policy.with(declared("x-max-age", "1D")).get("x-max-age").toString());
        assertEquals(
                "59m",
                policy.with(declared("x-max-age", "59m")).get("x-max-age").toString());
    }

    @Test
    void anArgumentThatIsNoNumberIsLeftAlone() {
        FieldTable declared = declared("x-delivery-limit", "3");
        assertEquals(
                "3",
                policy("delivery-limit", 5L)
                        .with(declared)
                        .get("x-delivery-limit")
                        .toString());
    }

    @Test
    void theAlternateExchangeIsAnExchangesName() {
        assertEquals(ShortString.of("ae"), policy("alternate-exchange", "ae").alternateExchange());
        assertNull(policy("alternate-exchange", "x".repeat(256)).alternateExchange());
        assertNull(EffectivePolicy.NONE.alternateExchange());
    }
}
