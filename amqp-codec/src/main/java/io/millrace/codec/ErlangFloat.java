package io.millrace.codec;

import java.math.BigDecimal;

/**
 * Prints numbers with a floating point as RabbitMQ does in its error texts: {@code 1.5}, {@code 100.0}, {@code 1.0e3}.
 * With an exponent where that is shorter, or the number has no fraction to speak of.
 */
public final class ErlangFloat {
    /** From here on a double has no fraction. */
    private static final double WHOLE_FROM = 1L << 53;

    private ErlangFloat() {}

    /** The shortest text that is this number. */
    public static String print(double number) {
        if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.toString(number);
        }
        String sign = number < 0 ? "-" : "";
        BigDecimal exact = new BigDecimal(Double.toString(Math.abs(number))).stripTrailingZeros();
        String digits = exact.unscaledValue().toString();
        String scientific = scientific(digits, exact.precision() - exact.scale() - 1);
        String plain = exact.scale() > 0 ? exact.toPlainString() : exact.toPlainString() + ".0";
        boolean exponent = Math.abs(number) >= WHOLE_FROM || scientific.length() < plain.length();
        return sign + (exponent ? scientific : plain);
    }

    private static String scientific(String digits, int exponent) {
        String fraction = digits.length() == 1 ? "0" : digits.substring(1);
        return digits.charAt(0) + "." + fraction + "e" + exponent;
    }
}
