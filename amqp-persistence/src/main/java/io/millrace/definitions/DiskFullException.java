package io.millrace.definitions;

/** There is too little disk space for a change of the definitions. Nothing was changed. */
public final class DiskFullException extends DefinitionStoreException {
    private static final long serialVersionUID = 1L;

    DiskFullException(String message) {
        super(message, null, false);
    }
}
