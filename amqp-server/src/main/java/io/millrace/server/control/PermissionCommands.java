package io.millrace.server.control;

import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import io.millrace.server.security.AccessControl;
import io.millrace.server.vhost.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Commands about permissions. */
final class PermissionCommands {
    private final Node node;

    PermissionCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "set_permissions",
                Command.of("[--vhost <vhost>] <username> <conf> <write> <read>", 4, 4, this::set),
                "clear_permissions",
                Command.of("[--vhost <vhost>] <username>", 1, 1, this::clear),
                "list_permissions",
                Command.of("[--vhost <vhost>]", 0, 0, this::list),
                "list_user_permissions",
                Command.of("<username>", 1, 1, this::listOfUser),
                "set_topic_permissions",
                Command.of("[--vhost <vhost>] <username> <exchange> <write> <read>", 4, 4, this::setTopic),
                "clear_topic_permissions",
                Command.of("[--vhost <vhost>] <username> [<exchange>]", 1, 2, this::clearTopic),
                "list_topic_permissions",
                Command.of("[--vhost <vhost>]", 0, 0, this::listTopic),
                "list_user_topic_permissions",
                Command.of("<username>", 1, 1, this::listTopicOfUser));
    }

    private void set(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String vhost = arguments.vhost();
        output.banner("Setting permissions for user \"" + user + "\" in vhost \"" + vhost + "\" ...");
        Permission permission =
                new Permission(user, vhost, pattern(arguments, 1), pattern(arguments, 2), pattern(arguments, 3));
        Admin.require(Admin.apply(node, (admin, reply) -> admin.permit(permission, reply)), user, vhost);
    }

    private static String pattern(Arguments arguments, int index) {
        String pattern = arguments.operand(index);
        String error = AccessControl.errorInPattern(pattern);
        if (error != null) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE, "Error:\n{:invalid_regexp, ~c\"" + pattern + "\", " + error + "}");
        }
        return pattern;
    }

    private void clear(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String vhost = arguments.vhost();
        output.banner("Clearing permissions for user \"" + user + "\" in vhost \"" + vhost + "\" ...");
        Outcome unused = Admin.apply(node, (admin, reply) -> admin.forbid(user, vhost, reply));
    }

    private void list(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Listing permissions for vhost \"" + vhost + "\" ...");
        Admin.requireVhost(node, vhost);
        output.tableOrBlank(
                List.of("user", "configure", "write", "read"),
                permissions(permission -> permission.vhost().equals(vhost)));
    }

    private void listOfUser(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        output.banner("Listing permissions for user \"" + user + "\" ...");
        requireUser(user);
        output.tableOrBlank(
                List.of("vhost", "configure", "write", "read"),
                permissions(permission -> permission.user().equals(user)));
    }

    private void requireUser(String user) {
        if (Admin.of(node).users().get(user) == null) {
            throw Admin.unknownUser(user);
        }
    }

    private List<Map<String, Object>> permissions(Predicate<Permission> which) {
        List<Permission> all = new ArrayList<>(Admin.of(node).access().permissions());
        all.removeIf(which.negate());
        all.sort(Comparator.comparing(Permission::vhost).thenComparing(Permission::user));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Permission each : all) {
            rows.add(Map.of(
                    "user", each.user(),
                    "vhost", each.vhost(),
                    "configure", each.configure(),
                    "write", each.write(),
                    "read", each.read()));
        }
        return rows;
    }

    private void setTopic(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String vhost = arguments.vhost();
        String exchange = arguments.operand(1);
        output.banner("Setting topic permissions on \"" + exchange + "\" for user \"" + user + "\" in vhost \"" + vhost
                + "\" ...");
        TopicPermission permission =
                new TopicPermission(user, vhost, exchange, pattern(arguments, 2), pattern(arguments, 3));
        Admin.require(Admin.apply(node, (admin, reply) -> admin.restrictTopics(permission, reply)), user, vhost);
    }

    private void clearTopic(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String vhost = arguments.vhost();
        String exchange = arguments.operands().size() > 1 ? arguments.operand(1) : null;
        String where = exchange == null ? "" : " on \"" + exchange + "\"";
        output.banner(
                "Clearing topic permissions" + where + " for user \"" + user + "\" in vhost \"" + vhost + "\" ...");
        Outcome unused = Admin.apply(node, (admin, reply) -> admin.liftTopics(user, vhost, exchange, reply));
    }

    private void listTopic(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Listing topic permissions for vhost \"" + vhost + "\" ...");
        Admin.requireVhost(node, vhost);
        output.tableOrBlank(
                List.of("user", "exchange", "write", "read"),
                topicPermissions(permission -> permission.vhost().equals(vhost)));
    }

    private void listTopicOfUser(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        output.banner("Listing topic permissions for user \"" + user + "\" ...");
        requireUser(user);
        output.headerlessTableOrBlank(
                List.of("vhost", "exchange", "write", "read"),
                topicPermissions(permission -> permission.user().equals(user)));
    }

    private List<Map<String, Object>> topicPermissions(Predicate<TopicPermission> which) {
        List<TopicPermission> all = new ArrayList<>(Admin.of(node).access().topicPermissions());
        all.removeIf(which.negate());
        all.sort(Comparator.comparing(TopicPermission::vhost)
                .thenComparing(TopicPermission::user)
                .thenComparing(TopicPermission::exchange));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (TopicPermission each : all) {
            rows.add(Map.of(
                    "user", each.user(),
                    "vhost", each.vhost(),
                    "exchange", each.exchange(),
                    "write", each.write(),
                    "read", each.read()));
        }
        return rows;
    }
}
