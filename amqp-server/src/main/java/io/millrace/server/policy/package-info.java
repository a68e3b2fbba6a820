/**
 * Policies: what holds for all queues and exchanges whose names match.
 *
 * <p>A {@link io.millrace.server.policy.Policy} is one of them, checked. {@link io.millrace.server.policy.Policies} are
 * those of a virtual host and say which apply to a queue or exchange; {@link io.millrace.server.policy.EffectivePolicy}
 * is what these come to, and how that goes with arguments of the declaration. Nothing here changes, so that any thread
 * may use it: a change makes new {@code Policies}.
 */
package io.millrace.server.policy;
