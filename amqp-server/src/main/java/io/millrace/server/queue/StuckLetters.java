package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Dead letters that did not arrive: they are sent again together, some seconds after the first of them did not. Belongs
 * to the loop of the queue that they are from.
 */
final class StuckLetters {
    private static final long PAUSE_MILLIS = 5_000;

    private final HomeLoop home;
    private final Consumer<List<Letter>> sender;
    private final Alarm alarm;
    private List<Letter> letters = new ArrayList<>();

    StuckLetters(HomeLoop home, Consumer<List<Letter>> sender) {
        this.home = home;
        this.sender = sender;
        this.alarm = new Alarm(home, this::sendAgain);
    }

    int count() {
        return letters.size();
    }

    void add(Letter letter) {
        if (letters.isEmpty()) {
            alarm.set(home.currentTimeMillis() + PAUSE_MILLIS);
        }
        letters.add(letter);
    }

    private void sendAgain() {
        List<Letter> again = takeAll();
        if (!again.isEmpty()) {
            sender.accept(again);
        }
    }

    /** Gives them to the caller. */
    List<Letter> takeAll() {
        List<Letter> all = letters;
        letters = new ArrayList<>();
        return all;
    }

    /** They are not sent again from here; gives them to the caller. */
    List<Letter> end() {
        alarm.end();
        return takeAll();
    }
}
