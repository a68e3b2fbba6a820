package io.millrace.codec.method;

/** Class 90, tx: transactions: publishes and acks of one channel that count together or not at all. */
public sealed interface TxMethod extends Method {
    /** Client to broker: makes the channel transactional. */
    record Select() implements TxMethod {
        public static final int ID = (90 << 16) | 10;

        @Override
        public int id() {
            return ID;
        }
    }

    /** Broker to client: it is. */
    record SelectOk() implements TxMethod {
        public static final int ID = (90 << 16) | 11;

        @Override
        public int id() {
            return ID;
        }
    }

    /** Client to broker: makes the publishes and acks of the transaction count. */
    record Commit() implements TxMethod {
        public static final int ID = (90 << 16) | 20;

        @Override
        public int id() {
            return ID;
        }
    }

    /** Broker to client: they do. */
    record CommitOk() implements TxMethod {
        public static final int ID = (90 << 16) | 21;

        @Override
        public int id() {
            return ID;
        }
    }

    /** Client to broker: drops the publishes and acks of the transaction. */
    record Rollback() implements TxMethod {
        public static final int ID = (90 << 16) | 30;

        @Override
        public int id() {
            return ID;
        }
    }

    /** Broker to client: they are dropped. */
    record RollbackOk() implements TxMethod {
        public static final int ID = (90 << 16) | 31;

        @Override
        public int id() {
            return ID;
        }
    }
}
