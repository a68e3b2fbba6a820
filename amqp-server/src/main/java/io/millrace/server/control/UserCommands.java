package io.millrace.server.control;

import io.millrace.server.security.HashingAlgorithm;
import io.millrace.server.security.LoginResult;
import io.millrace.server.security.PasswordHash;
import io.millrace.server.security.User;
import io.millrace.server.vhost.Outcome;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands about users. */
final class UserCommands {
    private static final List<String> COLUMNS = List.of("user", "tags");

    private final Node node;

    UserCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "add_user",
                Command.of("<username> [<password>] [<password_hash> --pre-hashed-password]", 1, 2, this::add),
                "delete_user",
                Command.of("<username>", 1, 1, this::delete),
                "change_password",
                Command.of("<username> [<password>]", 1, 2, this::changePassword),
                "clear_password",
                Command.of("<username>", 1, 1, this::clearPassword),
                "authenticate_user",
                Command.of("<username> [<password>]", 1, 2, this::authenticate),
                "set_user_tags",
                Command.ofMany("<username> <tag> [...]", 1, this::setTags),
                "list_users",
                Command.of("[--no-table-headers] [--timeout <timeout>]", 0, 0, this::list));
    }

    private void add(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Adding user \"" + name + "\" ...");
        User user = new User(name, hash(password(arguments, output, ExitCode.DATA), arguments), Set.of());
        if (Admin.apply(node, (admin, reply) -> admin.addUser(user, reply)) == Outcome.EXISTS) {
            throw new CommandFailure(ExitCode.SOFTWARE, "Error:\nUser \"" + name + "\" already exists");
        }
        output.banner("Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help"
                + " set_permissions' to learn more.");
    }

    private static PasswordHash hash(String password, Arguments arguments) {
        if (arguments.has("--pre-hashed-password")) {
            try {
                return PasswordHash.ofBase64(password, HashingAlgorithm.SHA256);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(ExitCode.DATA, "Error:\n" + e.getMessage());
            }
        }
        return PasswordHash.ofPassword(
                password.getBytes(StandardCharsets.UTF_8), HashingAlgorithm.SHA256, new SecureRandom());
    }

    /**
     * The operand, or a line of standard input: what stands on a command line can be seen by others.
     *
     * @param whenMissing the exit code when there is neither
     */
    private static String password(Arguments arguments, Output output, int whenMissing) {
        if (arguments.operands().size() > 1) {
            return arguments.operand(1);
        }
        output.prompt("Password: ");
        return Wire.text(output.call().readFile("-"))
                .lines()
                .findFirst()
                .orElseThrow(() ->
                        new CommandFailure(whenMissing, "Error:\nPassword is not provided via argument or stdin"));
    }

    private void delete(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Deleting user \"" + name + "\" ...");
        Outcome unused = Admin.apply(node, (admin, reply) -> admin.deleteUser(name, reply));
    }

    private void changePassword(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Changing password for user \"" + name + "\" ...");
        PasswordHash hash = hash(password(arguments, output, ExitCode.SOFTWARE), arguments);
        change(name, user -> user.withPassword(hash));
    }

    private void clearPassword(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Clearing password for user \"" + name + "\" ...");
        PasswordHash none = PasswordHash.ofBase64("", HashingAlgorithm.SHA256);
        Outcome outcome =
                Admin.apply(node, (admin, reply) -> admin.changeUser(name, user -> user.withPassword(none), reply));
        if (outcome == Outcome.NO_SUCH_USER) {
            throw Admin.unknownUser(name);
        }
    }

    private void change(String name, java.util.function.UnaryOperator<User> change) {
        if (Admin.apply(node, (admin, reply) -> admin.changeUser(name, change, reply)) == Outcome.NO_SUCH_USER) {
            throw Admin.noSuchUser(name);
        }
    }

    private void authenticate(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Authenticating user \"" + name + "\" ...");
        byte[] password = password(arguments, output, ExitCode.SOFTWARE).getBytes(StandardCharsets.UTF_8);
        LoginResult result = Admin.of(node).users().authenticate(name, password, true);
        if (result instanceof LoginResult.Refused refused) {
            throw new CommandFailure(
                    ExitCode.DATA,
                    "Error:\nError: failed to authenticate user \"" + name + "\"\n" + refused.logReason());
        }
        output.line("Success");
    }

    private void setTags(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        Set<String> tags = new LinkedHashSet<>(
                arguments.operands().subList(1, arguments.operands().size()));
        output.banner("Setting tags for user \"" + name + "\" to " + CellText.of(tags) + " ...");
        change(name, user -> user.withTags(tags));
    }

    private void list(Arguments arguments, Output output) {
        output.banner("Listing users ...");
        List<User> users = new ArrayList<>(Admin.of(node).users().all());
        users.sort(Comparator.comparing(User::name));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (User user : users) {
            rows.add(Map.of("user", user.name(), "tags", user.tags()));
        }
        output.table(COLUMNS, rows);
    }
}
