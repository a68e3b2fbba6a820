package io.millrace.codec.method;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.SampleTables;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes methods with random arguments, and encodes them by the table alone, to compare the records' own encoding with.
 */
public final class SampleMethods {
    private static final Map<Integer, Class<?>> RECORDS = records();

    private SampleMethods() {}

    /** A random method with random arguments. */
    public static Method random(Random random) {
        List<MethodTable.Row> rows = MethodTable.rows();
        return random(rows.get(random.nextInt(rows.size())), random);
    }

    static Class<?> recordOf(MethodTable.Row row) {
        return RECORDS.get(row.id());
    }

    static Map<Integer, Class<?>> records() {
        Map<Integer, Class<?>> records = new HashMap<>();
        for (Class<?> methodClass : Method.class.getPermittedSubclasses()) {
            for (Class<?> type : methodClass.getPermittedSubclasses()) {
                try {
                    Class<?> before = records.put(type.getField("ID").getInt(null), type);
                    if (before != null) {
                        throw new AssertionError(before + " and " + type + " have the same id");
                    }
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(type + " has no ID", e);
                }
            }
        }
        return records;
    }

    static Method random(MethodTable.Row row, Random random) {
        Object[] arguments = row.components().stream()
                .map(argument -> randomValue(argument.type(), random))
                .toArray();
        Class<?> type = recordOf(row);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            return (Method) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(row.name(), e);
        }
    }

    /** The arguments as the specification says, ignorant of the records' own {@code write}. */
    static void encodeByTable(MethodTable.Row row, Method method, ByteBuf out) {
        int bit = 0;
        for (MethodTable.Argument argument : row.arguments()) {
            Object value = row.isReserved(argument) ? 0 : component(method, MethodTable.componentName(argument));
            if (argument.type().equals("bit")) {
                if (bit == 0) {
                    out.writeByte(0);
                }
                int last = out.writerIndex() - 1;
                out.setByte(last, out.getByte(last) | ((boolean) value ? 1 << bit : 0));
                bit++;
                continue;
            }
            bit = 0;
            encodeValue(argument.type(), value, out);
        }
    }

    private static void encodeValue(String type, Object value, ByteBuf out) {
        switch (type) {
            case "octet" -> out.writeByte((int) value);
            case "short" -> out.writeShort((int) value);
            case "long" -> out.writeInt((int) (long) value);
            case "longlong" -> out.writeLong((long) value);
            case "shortstr" -> {
                byte[] octets = ((ShortString) value).bytes();
                out.writeByte(octets.length).writeBytes(octets);
            }
            case "longstr" -> {
                byte[] octets = ((LongString) value).bytes();
                out.writeInt(octets.length).writeBytes(octets);
            }
            case "table" -> {
                byte[] octets = ((FieldTable) value).bytes();
                out.writeInt(octets.length).writeBytes(octets);
            }
            default -> throw new AssertionError(type);
        }
    }

    private static Object component(Method method, String name) {
        try {
            return method.getClass().getMethod(name).invoke(method);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(method + " has no " + name, e);
        }
    }

    private static Object randomValue(String type, Random random) {
        return switch (type) {
            case "octet" -> random.nextInt(1 << 8);
            case "short" -> random.nextInt(1 << 16);
            case "long" -> random.nextInt() & 0xFFFF_FFFFL;
            case "longlong" -> random.nextLong();
            case "bit" -> random.nextBoolean();
            case "shortstr" -> ShortString.of(SampleTables.text(random, 60));
            case "longstr" -> LongString.of(SampleTables.octets(random, 400));
            case "table" -> SampleTables.table(random, 3);
            default -> throw new AssertionError(type);
        };
    }
}
