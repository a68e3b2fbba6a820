package io.millrace.server.control;

import io.millrace.server.alarm.Resource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code eval}: the few Erlang expressions that test suites of clients use to change a broker. There is no Erlang here,
 * and everything else is refused.
 */
final class EvalCommand {
    private static final Pattern SET_ALARM = expression(
            "rabbit_alarm:set_alarm\\( \\{ \\{ resource_limit , (memory|disk) , node\\(\\) \\} , \\[ \\] \\} \\)");
    private static final Pattern CLEAR_ALARM =
            expression("rabbit_alarm:clear_alarm\\( \\{ resource_limit , (memory|disk) , node\\(\\) \\} \\)");
    private static final Pattern SET_CHANNEL_MAX =
            expression("application:set_env\\( rabbit , channel_max , (\\d{1,5}) \\)");
    private static final Pattern GET_LOOPBACK_USERS =
            expression("\\{ ok , V \\} = application:get_env\\( rabbit , loopback_users \\) , V");
    private static final Pattern SET_LOOPBACK_USERS = expression(
            "application:set_env\\( rabbit , loopback_users , \\[ ((?:<<\"[^\"]*\">> (?:, (?=<)|(?=\\])))*)\\] \\)");
    private static final Pattern CLEAR_PEM_CACHE = expression("ssl:clear_pem_cache\\( \\)");
    private static final Pattern BINARY = Pattern.compile("<<\"([^\"]*)\">>");

    private static final int CHANNELS_MAX = 65_535;

    private final Node node;

    EvalCommand(Node node) {
        this.node = node;
    }

    Command command() {
        return Command.of(
                "<expression>",
                1,
                1,
                (arguments, output) -> output.line(eval(arguments.operand(0).strip())));
    }

    /** An expression of {@code tokens}: a space in them stands for any white space, and a full stop ends it. */
    private static Pattern expression(String tokens) {
        return Pattern.compile(tokens.replace(" ", "\\s*") + "\\s*\\.?");
    }

    private String eval(String expression) {
        RunningBroker broker = node.running();
        Matcher setAlarm = SET_ALARM.matcher(expression);
        if (setAlarm.matches()) {
            broker.alarms().hold(Resource.ofLabel(setAlarm.group(1)), "eval", true);
            return "ok";
        }
        Matcher clearAlarm = CLEAR_ALARM.matcher(expression);
        if (clearAlarm.matches()) {
            broker.alarms().hold(Resource.ofLabel(clearAlarm.group(1)), "eval", false);
            return "ok";
        }
        Matcher channelMax = SET_CHANNEL_MAX.matcher(expression);
        if (channelMax.matches()) {
            int channels = Math.min(Integer.parseInt(channelMax.group(1)), CHANNELS_MAX);
            broker.connectionSettings().updateAndGet(settings -> settings.withChannelMax(channels));
            return "ok";
        }
        if (GET_LOOPBACK_USERS.matcher(expression).matches()) {
            return broker.administration().users().loopbackOnly().stream()
                    .sorted()
                    .map(name -> "<<\"" + name + "\">>")
                    .collect(Collectors.joining(",", "[", "]"));
        }
        Matcher loopbackUsers = SET_LOOPBACK_USERS.matcher(expression);
        if (loopbackUsers.matches()) {
            broker.administration().users().loopbackOnly(names(loopbackUsers.group(1)));
            return "ok";
        }
        if (CLEAR_PEM_CACHE.matcher(expression).matches()) {
            broker.lookAtCertificates().run();
            return "ok";
        }
        throw new CommandFailure(
                ExitCode.USAGE, "Error:\nthis broker is not written in Erlang and knows a few expressions only");
    }

    private static Set<String> names(String list) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = BINARY.matcher(list);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
