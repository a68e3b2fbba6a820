package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ErlangBinary;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * The property {@code expiration}: milliseconds as decimal text, read as RabbitMQ reads it. A sign and leading zeros
 * are allowed, and gone when the message is delivered.
 */
final class Expiration {
    /** Ten years: more is taken for a mistake. */
    private static final String MILLIS_MAX = "315360000000";
    /** RabbitMQ breaks an error that would reach past this column of its text. */
    private static final int COLUMNS_MAX = 78;

    private Expiration() {}

    /**
     * The plain number.
     *
     * @return the very same text when it is plain already
     * @throws ChannelError PRECONDITION_FAILED when the text is no number in the range
     */
    static ShortString plain(ShortString sent) {
        // An octet a character, as the error texts show it.
        String text = new String(sent.bytes(), StandardCharsets.ISO_8859_1);
        int start = !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-') ? 1 : 0;
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        if (end == start) {
            throw invalid(sent, "no_integer");
        }
        if (end < text.length()) {
            throw invalid(sent, "{leftover_string," + string(text.substring(end)) + "}");
        }
        String digits = withoutLeadingZeros(text.substring(start));
        if (start == 1 && text.charAt(0) == '-' && !digits.equals("0")) {
            throw invalid(sent, outOfRange(sent, "value_negative", "-" + digits));
        }
        if (digits.length() > MILLIS_MAX.length()
                || (digits.length() == MILLIS_MAX.length() && digits.compareTo(MILLIS_MAX) > 0)) {
            throw invalid(sent, outOfRange(sent, "value_too_large", digits));
        }
        return digits.length() == text.length() ? sent : ShortString.of(digits);
    }

    private static String withoutLeadingZeros(String digits) {
        int start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }

    private static String outOfRange(ShortString sent, String error, String number) {
        String term = "{" + error + "," + number + "}";
        int column = prefix(sent).length();
        return column + term.length() <= COLUMNS_MAX
                ? term
                : "{" + error + ",\n" + " ".repeat(column + 1) + number + "}";
    }

    /** Octets as Erlang shows a string: in quotes when they can be printed, else as a list of numbers. */
    private static String string(String octets) {
        StringJoiner numbers = new StringJoiner(",", "[", "]");
        boolean printable = true;
        for (int i = 0; i < octets.length(); i++) {
            char octet = octets.charAt(i);
            numbers.add(Integer.toString(octet));
            printable &= ErlangBinary.isEscaped(octet) || !Character.isISOControl(octet);
        }
        return printable ? ErlangBinary.quote(octets) : numbers.toString();
    }

    private static String prefix(ShortString sent) {
        return "invalid expiration '" + sent + "': ";
    }

    private static ChannelError invalid(ShortString sent, String error) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, prefix(sent) + error);
    }
}
