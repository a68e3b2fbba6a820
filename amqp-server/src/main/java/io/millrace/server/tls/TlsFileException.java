package io.millrace.server.tls;

import java.io.IOException;
import java.nio.file.Path;

/** A file that TLS needs is not there or of no use; or a setting is not. The message names both. */
public final class TlsFileException extends IOException {
    private static final long serialVersionUID = 1;

    TlsFileException(String key, Path file, String problem) {
        super(key + ": " + file + ": " + problem);
    }

    TlsFileException(String key, Path file, String problem, Throwable cause) {
        super(key + ": " + file + ": " + problem, cause);
    }

    TlsFileException(String key, String problem) {
        super(key + ": " + problem);
    }
}
