package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErlangFloatTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "1.5, 1.5",
        "2.0, 2.0",
        "-0.1, -0.1",
        "100.0, 100.0",
        "1000.0, 1.0e3",
        "-1000.0, -1.0e3",
        "1234.0, 1234.0",
        "0.001, 0.001",
        "1.0E300, 1.0e300",
        "9007199254740992.0, 9.007199254740992e15"
    })
    void theShorterFormIsPrinted(double number, String printed) {
        assertEquals(printed, ErlangFloat.print(number));
    }
}
