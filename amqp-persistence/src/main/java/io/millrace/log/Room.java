package io.millrace.log;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Whether the disk has room for what the log needs next. Write-ahead files and segments find out, each for itself. */
final class Room {
    /** Who needs room. */
    enum User {
        WRITE_AHEAD,
        SEGMENTS
    }

    private final Set<User> lacking = EnumSet.noneOf(User.class);
    private final Consumer<Boolean> listener;

    /** @param listener told when the disk is full for anybody, and when it is for nobody any more */
    Room(Consumer<Boolean> listener) {
        this.listener = listener;
    }

    /** The user has no room, or has again. Any thread. */
    synchronized void isLacking(User user, boolean lacks) {
        boolean before = !lacking.isEmpty();
        boolean changed = lacks ? lacking.add(user) : lacking.remove(user);
        if (changed && before == lacking.isEmpty()) {
            listener.accept(lacks);
        }
    }
}
