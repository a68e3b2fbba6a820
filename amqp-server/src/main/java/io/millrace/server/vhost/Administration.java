package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.Parameter;
import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import io.millrace.definitions.UserDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.policy.InvalidPolicyException;
import io.millrace.server.policy.Policies;
import io.millrace.server.policy.Policy;
import io.millrace.server.security.AccessControl;
import io.millrace.server.security.User;
import io.millrace.server.security.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators change: users, virtual hosts, permissions, limits, parameters. Any thread may call; each command
 * is planned, made durable and takes effect on the definitions thread, and is answered from there.
 */
public final class Administration {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

    private final ControlPlane control;
    private final VirtualHosts virtualHosts;
    private final Users users;
    private final AccessControl access;
    private final Parameters parameters = new Parameters();
    private final Evictions evictions;

    public Administration(
            ControlPlane control, VirtualHosts virtualHosts, Users users, AccessControl access, Evictions evictions) {
        this.control = control;
        this.virtualHosts = virtualHosts;
        this.users = users;
        this.access = access;
        this.evictions = evictions;
    }

    /** Takes over the parameters that were stored. Called once, before anything else runs. */
    public void load(Definitions definitions) {
        definitions.parameters().forEach(parameters::put);
    }

    public VirtualHosts virtualHosts() {
        return virtualHosts;
    }

    public Users users() {
        return users;
    }

    public AccessControl access() {
        return access;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** What is known of a user; null when there is none. */
    public UserDefinition findUser(String name) {
        User user = users.get(name);
        return user == null ? null : user.definition();
    }

    /** What is known of a virtual host; null when there is none. */
    public VhostDefinition findVhost(String name) {
        VirtualHost virtualHost = virtualHosts.get(name);
        return virtualHost == null ? null : virtualHost.definition();
    }

    /** Adds a user. */
    public void addUser(User user, Reply<Outcome> reply) {
        submit(() -> users.get(user.name()) == null ? putting(user) : refused(Outcome.EXISTS), reply);
    }

    /** Changes a user; those connected stay connected, with the tags they had. */
    public void changeUser(String name, UnaryOperator<User> change, Reply<Outcome> reply) {
        submit(
                () -> {
                    User user = users.get(name);
                    return user == null ? refused(Outcome.NO_SUCH_USER) : putting(change.apply(user));
                },
                reply);
    }

    private Plan<Outcome> putting(User user) {
        return done(new DefinitionChange.PutUser(user.definition()), () -> users.put(user));
    }

    /** Deletes a user with all permissions and ends the user's connections. */
    public void deleteUser(String name, Reply<Outcome> reply) {
        submit(
                () -> {
                    if (users.get(name) == null) {
                        return refused(Outcome.NO_SUCH_USER);
                    }
                    return done(new DefinitionChange.DeleteUser(name), () -> {
                        users.remove(name);
                        access.removeUser(name);
                        evictions.evictUser(name, "user '" + name + "' is deleted");
                    });
                },
                reply);
    }

    /** Adds a virtual host. */
    public void addVhost(VhostDefinition definition, Reply<Outcome> reply) {
        submit(
                () -> virtualHosts.get(definition.name()) == null
                        ? done(
                                new DefinitionChange.PutVhost(definition),
                                () -> virtualHosts.put(virtualHosts.create(definition)))
                        : refused(Outcome.EXISTS),
                reply);
    }

    /** Changes what is said of a virtual host. */
    public void changeVhost(String name, UnaryOperator<VhostDefinition> change, Reply<Outcome> reply) {
        submit(
                () -> {
                    VirtualHost virtualHost = virtualHosts.get(name);
                    if (virtualHost == null) {
                        return refused(Outcome.NO_SUCH_VHOST);
                    }
                    VhostDefinition changed = change.apply(virtualHost.definition());
                    return done(new DefinitionChange.PutVhost(changed), () -> virtualHost.define(changed));
                },
                reply);
    }

    /** Deletes a virtual host with everything in it and ends the connections to it. */
    public void deleteVhost(String name, Reply<Outcome> reply) {
        submit(
                () -> {
                    VirtualHost virtualHost = virtualHosts.get(name);
                    return virtualHost == null ? refused(Outcome.NO_SUCH_VHOST) : deletion(virtualHost);
                },
                reply);
    }

    private Plan<Outcome> deletion(VirtualHost virtualHost) {
        String name = virtualHost.name();
        Plan<Integer> deletion = virtualHost.delete();
        return done(new DefinitionChange.DeleteVhost(name), () -> {
            // First nobody new gets in, then those who are in are shown out: none is missed.
            virtualHosts.remove(virtualHost);
            access.removeVhost(name);
            parameters.removeVhost(name);
            evictions.evictFromVhost(name, "vhost '" + name + "' is deleted");
            int dropped = deletion.effect().get();
            LOG.info("Deleted vhost '{}' with {} waiting messages", name, dropped);
            deletion.afterwards().run();
        });
    }

    /** Grants a permission, in place of the one that the user had. */
    public void permit(Permission permission, Reply<Outcome> reply) {
        submit(
                () -> {
                    Outcome missing = missing(permission.user(), permission.vhost());
                    if (missing != null) {
                        return refused(missing);
                    }
                    return done(new DefinitionChange.PutPermission(permission), () -> {
                        access.put(permission);
                        virtualHosts.permissionsChanged(permission.vhost());
                    });
                },
                reply);
    }

    /** Takes a permission back. Who is connected stays so, and may do nothing more. */
    public void forbid(String user, String vhost, Reply<Outcome> reply) {
        submit(
                () -> done(new DefinitionChange.DeletePermission(user, vhost), () -> {
                    access.removePermission(user, vhost);
                    virtualHosts.permissionsChanged(vhost);
                }),
                reply);
    }

    /** Restricts the routing keys of a user on an exchange. */
    public void restrictTopics(TopicPermission permission, Reply<Outcome> reply) {
        submit(
                () -> {
                    Outcome missing = missing(permission.user(), permission.vhost());
                    if (missing != null) {
                        return refused(missing);
                    }
                    return done(new DefinitionChange.PutTopicPermission(permission), () -> {
                        access.put(permission);
                        virtualHosts.permissionsChanged(permission.vhost());
                    });
                },
                reply);
    }

    /**
     * Lifts restrictions of routing keys.
     *
     * @param exchange null for all exchanges
     */
    public void liftTopics(String user, String vhost, String exchange, Reply<Outcome> reply) {
        submit(() -> liftTopics(user, vhost, exchange), reply);
    }

    private Plan<Outcome> liftTopics(String user, String vhost, String exchange) {
        List<DefinitionChange> changes = new ArrayList<>();
        for (TopicPermission topic : access.topicPermissions()) {
            if (topic.user().equals(user)
                    && topic.vhost().equals(vhost)
                    && (exchange == null || topic.exchange().equals(exchange))) {
                changes.add(new DefinitionChange.DeleteTopicPermission(user, vhost, topic.exchange()));
            }
        }
        return done(changes, () -> {
            for (DefinitionChange change : changes) {
                access.removeTopicPermission(user, vhost, ((DefinitionChange.DeleteTopicPermission) change).exchange());
            }
            virtualHosts.permissionsChanged(vhost);
        });
    }

    /**
     * Sets a parameter or policy. A policy holds when this is answered, for queues and exchanges that are there, too.
     */
    public void setParameter(Parameter parameter, Reply<Outcome> reply) {
        submit(
                () -> {
                    if (!parameter.isGlobal() && virtualHosts.get(parameter.vhost()) == null) {
                        return refused(Outcome.NO_SUCH_VHOST);
                    }
                    requireValid(parameter);
                    return done(new DefinitionChange.PutParameter(parameter), () -> {
                        parameters.put(parameter);
                        parameterChanged(parameter.vhost(), parameter.component());
                    });
                },
                reply);
    }

    /** @throws ChannelError PRECONDITION_FAILED when it is a policy and makes no sense */
    static void requireValid(Parameter parameter) {
        if (Policy.isPolicy(parameter)) {
            try {
                Policy.of(parameter);
            } catch (InvalidPolicyException e) {
                throw new ChannelError(ReplyCode.PRECONDITION_FAILED, e.getMessage());
            }
        }
    }

    /** Forgets a parameter or policy. */
    public void clearParameter(String vhost, String component, String name, Reply<Outcome> reply) {
        submit(
                () -> parameters.get(vhost, component, name) == null
                        ? refused(Outcome.NOT_FOUND)
                        : done(new DefinitionChange.DeleteParameter(vhost, component, name), () -> {
                            parameters.remove(vhost, component, name);
                            parameterChanged(vhost, component);
                        }),
                reply);
    }

    private void parameterChanged(String vhost, String component) {
        if (Policy.isPolicy(component)) {
            policiesChanged(vhost);
        }
    }

    /** Has a virtual host keep to the policies among its parameters. On the definitions thread. */
    void policiesChanged(String vhost) {
        virtualHosts.get(vhost).usePolicies(Policies.of(parameters.ofVhost(vhost)));
    }

    /**
     * Takes over definitions from elsewhere, all of them or none. Users, permissions and parameters replace those that
     * are there; exchanges, queues and bindings that are there stay as they are. Ids of queues are given anew.
     */
    public void importAll(Definitions definitions, Reply<Outcome> reply) {
        submit(() -> new DefinitionImport(this, control.store(), definitions).plan(), reply);
    }

    private Outcome missing(String user, String vhost) {
        if (users.get(user) == null) {
            return Outcome.NO_SUCH_USER;
        }
        return virtualHosts.get(vhost) == null ? Outcome.NO_SUCH_VHOST : null;
    }

    private static Plan<Outcome> refused(Outcome outcome) {
        return Plan.immediate(() -> outcome);
    }

    private static Plan<Outcome> done(DefinitionChange change, Runnable effect) {
        return done(List.of(change), effect);
    }

    static Plan<Outcome> done(List<DefinitionChange> changes, Runnable effect) {
        return new Plan<>(changes, () -> {
            effect.run();
            return Outcome.DONE;
        });
    }

    /** Touches nothing in particular, and so shares no group: who administers is in no hurry. */
    private void submit(Supplier<Plan<Outcome>> planner, Reply<Outcome> reply) {
        control.submit(new Command<>(List.of(), planner, reply));
    }
}
