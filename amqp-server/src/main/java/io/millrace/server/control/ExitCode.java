package io.millrace.server.control;

/** Exit codes, those of sysexits.h that RabbitMQ's tools use. */
final class ExitCode {
    static final int OK = 0;
    static final int USAGE = 64;
    static final int DATA = 65;
    static final int NO_USER = 67;
    static final int UNAVAILABLE = 69;
    static final int SOFTWARE = 70;
    static final int TEMPORARY = 75;

    private ExitCode() {}
}
