package io.millrace.server.control;

import io.millrace.server.alarm.Alarms;
import io.millrace.server.alarm.Resource;
import io.millrace.server.metrics.ProcessFigures;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands about the limits beyond which publishers are blocked. */
final class AlarmCommands {
    /** Who holds the alarm while the watermark is below what the process needs for itself. */
    private static final String WATERMARK = "memory watermark";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([kKmMgGtT]?)(i?)[bB]?");

    private final Node node;

    AlarmCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "set_vm_memory_high_watermark",
                Command.of("<fraction> | absolute <value>", 1, 2, this::setWatermark),
                "set_disk_free_limit",
                Command.of("<disk_limit> | mem_relative <fraction>", 1, 2, this::setDiskFreeLimit));
    }

    private void setWatermark(Arguments arguments, Output output) {
        String first = arguments.operand(0);
        boolean absolute = first.equals("absolute");
        requireOperands(arguments, absolute);
        String value = absolute ? arguments.operand(1) : first;
        Runtime runtime = Runtime.getRuntime();
        long limit = absolute ? size(value) : (long) (fraction(value) * runtime.maxMemory());
        output.banner(
                "Setting memory threshold on " + node.name() + " to " + value + (absolute ? " bytes ..." : " ..."));
        Alarms alarms = node.running().alarms();
        alarms.memory().limitBytes(limit);
        // The process itself needs memory, too: with less than that, publishers never could go on.
        boolean tooLittle = limit < runtime.totalMemory() - runtime.freeMemory() && isTiny(limit);
        alarms.hold(Resource.MEMORY, WATERMARK, tooLittle);
    }

    /** Less than any broker runs in: somebody wants the alarm. */
    private static boolean isTiny(long limit) {
        return limit < 1 << 20;
    }

    private void setDiskFreeLimit(Arguments arguments, Output output) {
        String first = arguments.operand(0);
        boolean relative = first.equals("mem_relative");
        requireOperands(arguments, relative);
        String value = relative ? arguments.operand(1) : first;
        long limit = relative ? (long) (factor(value) * ProcessFigures.machineMemoryBytes()) : size(value);
        output.banner("Setting disk free limit on " + node.name() + " to " + value
                + (relative ? " times the total RAM ..." : " bytes ..."));
        node.running().alarms().disk().limitBytes(limit);
    }

    /** A word that says how to take the value stands before it. */
    private static void requireOperands(Arguments arguments, boolean withWord) {
        int operands = arguments.operands().size();
        if (operands != (withWord ? 2 : 1)) {
            throw CommandFailure.usage(withWord ? "not enough arguments." : "too many arguments.");
        }
    }

    private static double fraction(String text) {
        double fraction = factor(text);
        if (fraction > 1) {
            throw CommandFailure.badArgument(": The threshold should be a fraction between 0.0 and 1.0");
        }
        return fraction;
    }

    private static double factor(String text) {
        try {
            double factor = Double.parseDouble(text);
            if (factor >= 0 && factor < Double.POSITIVE_INFINITY) {
                return factor;
            }
        } catch (NumberFormatException e) {
            throw CommandFailure.badArgument("");
        }
        throw CommandFailure.badArgument("");
    }

    private static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw CommandFailure.badArgument("");
        }
        long unit = matcher.group(3).isEmpty() ? 1000 : 1024;
        long factor = switch (matcher.group(2)) {
            case "k", "K" -> unit;
            case "m", "M" -> unit * unit;
            case "g", "G" -> unit * unit * unit;
            case "t", "T" -> unit * unit * unit * unit;
            default -> 1;
        };
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    }
}
