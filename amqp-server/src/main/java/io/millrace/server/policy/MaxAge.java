package io.millrace.server.policy;

import java.math.BigInteger;

/** An age as {@code max-age} has it: a number and a unit. */
final class MaxAge {
    private static final String PATTERN = "0*[1-9][0-9]*[YMDhms]";

    private MaxAge() {}

    static boolean isValid(String age) {
        return age.matches(PATTERN);
    }

    /** How long a valid age is: a year has 365 days, a month 30. */
    static BigInteger seconds(String age) {
        int unit = age.length() - 1;
        long seconds = switch (age.charAt(unit)) {
            case 'Y' -> 365L * 24 * 3600;
            case 'M' -> 30L * 24 * 3600;
            case 'D' -> 24L * 3600;
            case 'h' -> 3600;
            case 'm' -> 60;
            default -> 1;
        };
        return new BigInteger(age.substring(0, unit)).multiply(BigInteger.valueOf(seconds));
    }
}
