package io.millrace.server.control;

/**
 * A command of the command line.
 *
 * @param usage its operands, for people
 * @param operandsMin how many operands it needs
 * @param operandsMax how many it takes
 * @param needsBroker whether the broker must be running
 * @param action what it does
 */
record Command(String usage, int operandsMin, int operandsMax, boolean needsBroker, Action action) {
    /** Does it. */
    interface Action {
        /** @throws CommandFailure it cannot be done */
        void run(Arguments arguments, Output output);
    }

    static Command of(String usage, int operandsMin, int operandsMax, Action action) {
        return new Command(usage, operandsMin, operandsMax, true, action);
    }

    /** One that takes columns to show, or any other number of operands. */
    static Command ofMany(String usage, int operandsMin, Action action) {
        return new Command(usage, operandsMin, Integer.MAX_VALUE, true, action);
    }

    static Command withoutBroker(String usage, int operandsMax, Action action) {
        return new Command(usage, 0, operandsMax, false, action);
    }
}
