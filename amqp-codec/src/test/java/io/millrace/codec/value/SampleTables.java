package io.millrace.codec.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random values for tests. */
public final class SampleTables {
    private static final String LETTERS = "abc.*#-_0189ÄßéΩ中😀";

    private SampleTables() {}

    /** A text of at most so many characters, some of them with two, three and four octets. */
    public static String text(Random random, int charactersMax) {
        int[] letters = LETTERS.codePoints().toArray();
        int length = random.nextInt(charactersMax + 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    /** Any octets, at most so many. */
    public static byte[] octets(Random random, int lengthMax) {
        byte[] octets = new byte[random.nextInt(lengthMax + 1)];
        random.nextBytes(octets);
        return octets;
    }

    /** A table with values of all types, nested at most so deep. */
    public static FieldTable table(Random random, int depthMax) {
        FieldTable.Builder table = FieldTable.builder();
        int entries = random.nextInt(6);
        for (int i = 0; i < entries; i++) {
            table.put(text(random, 8), value(random, depthMax - 1));
        }
        return table.build();
    }

    /** A value of any type. */
    public static FieldValue value(Random random, int depthMax) {
        return switch (random.nextInt(depthMax > 0 ? 17 : 15)) {
            case 0 -> new FieldValue.Bool(random.nextBoolean());
            case 1 -> new FieldValue.Int8((byte) random.nextInt());
            case 2 -> new FieldValue.UInt8(random.nextInt(1 << 8));
            case 3 -> new FieldValue.Int16((short) random.nextInt());
            case 4 -> new FieldValue.UInt16(random.nextInt(1 << 16));
            case 5 -> new FieldValue.Int32(random.nextInt());
            case 6 -> new FieldValue.UInt32(random.nextInt() & 0xFFFF_FFFFL);
            case 7 -> new FieldValue.Int64(random.nextLong());
            case 8 -> new FieldValue.Float32(random.nextFloat());
            case 9 -> new FieldValue.Float64(random.nextDouble());
            case 10 -> new FieldValue.Decimal(random.nextInt(1 << 8), random.nextInt());
            case 11 -> new FieldValue.Text(LongString.of(text(random, 20)));
            case 12 -> new FieldValue.Bytes(LongString.of(octets(random, 20)));
            case 13 -> new FieldValue.Timestamp(random.nextLong());
            case 14 -> new FieldValue.Void();
            case 15 -> new FieldValue.Table(table(random, depthMax));
            default -> {
                List<FieldValue> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(random, depthMax - 1));
                }
                yield new FieldValue.Array(values);
            }
        };
    }

    /** Properties, each there or not. */
    public static BasicProperties properties(Random random) {
        return BasicProperties.builder()
                .contentType(shortString(random))
                .contentEncoding(shortString(random))
                .headers(random.nextBoolean() ? table(random, 3) : null)
                .deliveryMode(octet(random))
                .priority(octet(random))
                .correlationId(shortString(random))
                .replyTo(shortString(random))
                .expiration(shortString(random))
                .messageId(shortString(random))
                .timestamp(random.nextBoolean() ? (Long) random.nextLong() : null)
                .type(shortString(random))
                .userId(shortString(random))
                .appId(shortString(random))
                .clusterId(shortString(random))
                .build();
    }

    private static ShortString shortString(Random random) {
        return random.nextBoolean() ? ShortString.of(octets(random, 30)) : null;
    }

    private static Integer octet(Random random) {
        return random.nextBoolean() ? (Integer) random.nextInt(1 << 8) : null;
    }
}
