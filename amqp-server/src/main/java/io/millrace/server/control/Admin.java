package io.millrace.server.control;

import io.millrace.server.vhost.Administration;
import io.millrace.server.vhost.Outcome;
import io.millrace.server.vhost.Reply;
import io.millrace.server.vhost.VirtualHost;
import java.util.function.BiConsumer;

/** What commands of administrators share. */
final class Admin {
    private Admin() {}

    static Administration of(Node node) {
        return node.running().administration();
    }

    /** Has the administration do something and waits for it. */
    static Outcome apply(Node node, BiConsumer<Administration, Reply<Outcome>> action) {
        return Await.reply(reply -> action.accept(of(node), reply));
    }

    /** @throws CommandFailure there is no such virtual host */
    static VirtualHost requireVhost(Node node, String vhost) {
        VirtualHost virtualHost = of(node).virtualHosts().get(vhost);
        if (virtualHost == null) {
            throw new CommandFailure(ExitCode.DATA, "Virtual host '" + vhost + "' does not exist");
        }
        return virtualHost;
    }

    /** As commands say it that ask for a user by the name alone. */
    static CommandFailure unknownUser(String user) {
        return new CommandFailure(ExitCode.UNAVAILABLE, "Error:\n{:no_such_user, \"" + user + "\"}");
    }

    static CommandFailure noSuchUser(String user) {
        return new CommandFailure(ExitCode.NO_USER, "Error:\nUser \"" + user + "\" does not exist");
    }

    static CommandFailure noJson(String text) {
        return new CommandFailure(
                ExitCode.UNAVAILABLE,
                "Error:\nCould not parse JSON document: {error,{failed_to_decode_json,<<\"" + text + "\">>}}");
    }

    /** Checks the outcome of what is about a user and a virtual host. */
    static void require(Outcome outcome, String user, String vhost) {
        if (outcome == Outcome.NO_SUCH_USER) {
            throw new CommandFailure(ExitCode.NO_USER, "Error:\nUser " + user + " does not exist");
        }
        if (outcome == Outcome.NO_SUCH_VHOST) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\nVirtual host " + vhost + " does not exist");
        }
    }
}
