package io.millrace.log;

import io.millrace.log.files.LogFiles;
import java.io.IOException;

/** Opens logs for tests. */
final class Logs {
    private Logs() {}

    /** Without threads; what it holds is read at once. */
    static LogWriter open(LogFiles files, LogConfig config, Recovered recovered) throws IOException {
        LogWriter writer = LogWriter.open(files, config, Runnable::run, recovered);
        recovered.readAll(writer.segments());
        return writer;
    }
}
