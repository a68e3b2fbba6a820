package io.millrace.server.connection;

import io.millrace.server.channel.Channel;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The channels of a connection by number. Most connections use one at a time: the last one is found without a look-up.
 */
final class Channels {
    private final IntObjectHashMap<Channel> byNumber = new IntObjectHashMap<>(4);
    private int lastNumber;
    private Channel last;
    private int open;

    Channel get(int number) {
        if (number == lastNumber) {
            return last;
        }
        Channel found = byNumber.get(number);
        if (found != null) {
            lastNumber = number;
            last = found;
        }
        return found;
    }

    void put(Channel channel) {
        byNumber.put(channel.number(), channel);
    }

    void remove(Channel channel) {
        byNumber.remove(channel.number());
        if (last == channel) {
            last = null;
            lastNumber = 0;
        }
    }

    /** How many the client has opened and not closed. */
    int openCount() {
        return open;
    }

    void opened() {
        open++;
    }

    void closed() {
        open--;
    }

    /** Calls the action for each; it may remove channels. */
    void forEach(Consumer<Channel> action) {
        List<Channel> all = new ArrayList<>(byNumber.values());
        all.forEach(action);
    }

    /** Whether any waits for what it published to be safe. */
    boolean anyAwaitsPublished() {
        return byNumber.values().stream().anyMatch(Channel::awaitsPublished);
    }

    boolean anyBusy() {
        for (Channel channel : byNumber.values()) {
            if (channel.isBusy()) {
                return true;
            }
        }
        return false;
    }
}
