package io.millrace.codec.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.impl.AMQImpl;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The records are the methods of the specification. */
class MethodTableTest {
    @Test
    void everyMethodOfTheTableHasARecordAndNoOtherHas() {
        Set<Integer> listed =
                MethodTable.rows().stream().map(MethodTable.Row::id).collect(Collectors.toCollection(HashSet::new));
        assertEquals(66, listed.size());
        assertEquals(66, MethodTable.rows().size());
        assertEquals(listed, SampleMethods.records().keySet());
    }

    @Test
    void recordsAreNamedAndNumberedAsInTheTable() {
        for (MethodTable.Row row : MethodTable.rows()) {
            Class<?> type = SampleMethods.recordOf(row);
            assertEquals(row.recordName(), type.getDeclaringClass().getSimpleName() + "." + type.getSimpleName());
            Method method = SampleMethods.random(row, new Random(1));
            assertEquals(row.classId(), method.classId());
            assertEquals(row.methodId(), method.methodId());
            assertEquals(row.name(), method.name());
            assertEquals(row.hasContent(), method.hasContent(), row.name());
        }
    }

    @Test
    void recordComponentsAreTheArgumentsInOrder() {
        for (MethodTable.Row row : MethodTable.rows()) {
            List<String> expected = row.components().stream()
                    .map(argument -> typeOf(argument).getSimpleName() + " " + MethodTable.componentName(argument))
                    .toList();
            List<String> actual = Arrays.stream(SampleMethods.recordOf(row).getRecordComponents())
                    .map((RecordComponent component) -> component.getType().getSimpleName() + " " + component.getName())
                    .toList();
            assertEquals(expected, actual, row.name());
        }
    }

    @Test
    void everyRepliedMethodHasItsReply() {
        Set<String> names =
                MethodTable.rows().stream().map(MethodTable.Row::name).collect(Collectors.toSet());
        for (String name : names) {
            if (name.endsWith("-ok")) {
                assertTrue(names.contains(name.substring(0, name.length() - 3)), name);
            }
        }
    }

    /** The RabbitMQ Java client's methods are generated from the specification that RabbitMQ follows. */
    @Test
    void theJavaClientReadsAndWritesEveryMethodAsItIsWrittenHere() throws IOException {
        Random random = new Random(1);
        for (MethodTable.Row row : MethodTable.rows()) {
            Method method = SampleMethods.random(row, random);
            ByteBuf ours = Unpooled.buffer();
            ours.writeShort(method.classId()).writeShort(method.methodId());
            method.write(ours);
            byte[] octets = ByteBufUtil.getBytes(ours);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets));
            var read = AMQImpl.readMethodFrom(in);
            assertEquals(row.name(), read.protocolMethodName());
            assertEquals(row.hasContent(), read.hasContent(), row.name());
            assertEquals(0, in.available(), row.name());
            // A table that was read has lost the order of its fields.
            if (row.arguments().stream().noneMatch(argument -> argument.type().equals("table"))) {
                assertArrayEquals(octets, read.toFrame(1).getPayload(), row.name());
            }
        }
    }

    /** Of the JSON file that RabbitMQ's own code is generated from, which is no part of this project. */
    @Test
    @EnabledIfSystemProperty(named = "amqp.specification", matches = ".+")
    void tableIsTheMachineReadableSpecification() throws IOException {
        Path file = Path.of(System.getProperty("amqp.specification"));
        Set<String> listed = new TreeSet<>();
        for (MethodTable.Row row : MethodTable.rows()) {
            listed.add(row.classId() + " " + row.methodId() + " " + row.name() + " " + row.hasContent() + " "
                    + row.arguments());
        }
        assertEquals(new TreeSet<>(SpecificationFile.methods(Files.readString(file))), listed);
    }

    private static Class<?> typeOf(MethodTable.Argument argument) {
        return switch (argument.type()) {
            case "octet", "short" -> int.class;
            case "long", "longlong" -> long.class;
            case "bit" -> boolean.class;
            case "shortstr" -> ShortString.class;
            case "longstr" -> LongString.class;
            case "table" -> FieldTable.class;
            default -> throw new AssertionError(argument);
        };
    }
}
