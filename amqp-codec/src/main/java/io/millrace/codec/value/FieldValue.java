package io.millrace.codec.value;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * A value of a field table, with the meaning RabbitMQ gives to the type tags where it departs from the specification:
 * {@code s} is a 16-bit integer and not a string, {@code l} and {@code L} are both signed, {@code x} is a byte array.
 *
 * <p>Equality is by type and value: {@code Int32(1)} is not {@code Int64(1)}. Who wants to compare numbers of different
 * width asks {@link #isInteger()} and {@link #asLong()}.
 */
public sealed interface FieldValue {
    /** The octet that announces the type on the wire. */
    char tag();

    /** RabbitMQ's name for the type, as it stands in error texts: {@code signedint}, {@code longstr}, {@code bool}. */
    String typeName();

    /** Writes the tag and the value. */
    void writeTo(ByteBuf out);

    /** Whether this is one of the eight integer types; a timestamp is not. */
    default boolean isInteger() {
        return false;
    }

    /**
     * The number of an integer or the seconds of a timestamp.
     *
     * @throws UnsupportedOperationException for all other types: ask {@link #isInteger()} first
     */
    default long asLong() {
        throw new UnsupportedOperationException("no integer: " + typeName());
    }

    /** {@code t}: true or false; any octet but 0 is true. */
    record Bool(boolean value) implements FieldValue {
        @Override
        public char tag() {
            return 't';
        }

        @Override
        public String typeName() {
            return "bool";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('t');
            out.writeBoolean(value);
        }
    }

    /** {@code b}: an 8-bit integer with a sign. */
    record Int8(byte value) implements FieldValue {
        @Override
        public char tag() {
            return 'b';
        }

        @Override
        public String typeName() {
            return "byte";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('b');
            out.writeByte(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code B}: an 8-bit integer without a sign. */
    record UInt8(int value) implements FieldValue {
        public UInt8 {
            Range.check("value", value, 255);
        }

        @Override
        public char tag() {
            return 'B';
        }

        @Override
        public String typeName() {
            return "unsignedbyte";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('B');
            out.writeByte(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code s}: a 16-bit integer with a sign. It is read from {@code U} too, as LavinMQ writes it. */
    record Int16(short value) implements FieldValue {
        @Override
        public char tag() {
            return 's';
        }

        @Override
        public String typeName() {
            return "short";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('s');
            out.writeShort(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code u}: a 16-bit integer without a sign. */
    record UInt16(int value) implements FieldValue {
        public UInt16 {
            Range.check("value", value, 65_535);
        }

        @Override
        public char tag() {
            return 'u';
        }

        @Override
        public String typeName() {
            return "unsignedshort";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('u');
            out.writeShort(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code I}: a 32-bit integer with a sign. */
    record Int32(int value) implements FieldValue {
        @Override
        public char tag() {
            return 'I';
        }

        @Override
        public String typeName() {
            return "signedint";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('I');
            out.writeInt(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code i}: a 32-bit integer without a sign. */
    record UInt32(long value) implements FieldValue {
        public UInt32 {
            Range.check("value", value, 0xFFFF_FFFFL);
        }

        @Override
        public char tag() {
            return 'i';
        }

        @Override
        public String typeName() {
            return "unsignedint";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('i');
            out.writeInt((int) value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code l}: a 64-bit integer with a sign. It is read from {@code L} too. */
    record Int64(long value) implements FieldValue {
        @Override
        public char tag() {
            return 'l';
        }

        @Override
        public String typeName() {
            return "long";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('l');
            out.writeLong(value);
        }

        @Override
        public boolean isInteger() {
            return true;
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code f}: a 32-bit IEEE 754 number. */
    record Float32(float value) implements FieldValue {
        @Override
        public char tag() {
            return 'f';
        }

        @Override
        public String typeName() {
            return "float";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('f');
            out.writeFloat(value);
        }
    }

    /** {@code d}: a 64-bit IEEE 754 number. */
    record Float64(double value) implements FieldValue {
        @Override
        public char tag() {
            return 'd';
        }

        @Override
        public String typeName() {
            return "double";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('d');
            out.writeDouble(value);
        }
    }

    /**
     * {@code D}: a decimal number, unscaled · 10<sup>−scale</sup>.
     *
     * @param scale 0 to 255
     * @param unscaled the 32 bits as they came: sources disagree whether they have a sign, so that nobody here
     *     interprets them
     */
    record Decimal(int scale, int unscaled) implements FieldValue {
        public Decimal {
            Range.check("scale", scale, 255);
        }

        @Override
        public char tag() {
            return 'D';
        }

        @Override
        public String typeName() {
            return "decimal";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('D');
            out.writeByte(scale);
            out.writeInt(unscaled);
        }
    }

    /** {@code S}: a long string, what nearly all clients send text as. */
    record Text(LongString value) implements FieldValue {
        public Text {
            requireNonNull(value, "value is null");
        }

        @Override
        public char tag() {
            return 'S';
        }

        @Override
        public String typeName() {
            return "longstr";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('S');
            value.writeTo(out);
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** {@code x}: octets that are not text. */
    record Bytes(LongString value) implements FieldValue {
        public Bytes {
            requireNonNull(value, "value is null");
        }

        @Override
        public char tag() {
            return 'x';
        }

        @Override
        public String typeName() {
            return "binary";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('x');
            value.writeTo(out);
        }
    }

    /** {@code A}: values of any types. */
    record Array(List<FieldValue> values) implements FieldValue {
        public Array {
            values = List.copyOf(values);
        }

        @Override
        public char tag() {
            return 'A';
        }

        @Override
        public String typeName() {
            return "array";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('A');
            int start = out.writerIndex();
            out.writeInt(0);
            for (FieldValue value : values) {
                value.writeTo(out);
            }
            out.setInt(start, out.writerIndex() - start - Integer.BYTES);
        }
    }

    /** {@code T}: a time, in seconds since 1970. */
    record Timestamp(long seconds) implements FieldValue {
        @Override
        public char tag() {
            return 'T';
        }

        @Override
        public String typeName() {
            return "timestamp";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('T');
            out.writeLong(seconds);
        }

        @Override
        public long asLong() {
            return seconds;
        }
    }

    /** {@code F}: a table in a table. */
    record Table(FieldTable value) implements FieldValue {
        public Table {
            requireNonNull(value, "value is null");
        }

        @Override
        public char tag() {
            return 'F';
        }

        @Override
        public String typeName() {
            return "table";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('F');
            value.writeTo(out);
        }
    }

    /** {@code V}: no value; in a headers binding it means that the key must be there. */
    // The protocol's word; it is written FieldValue.Void wherever java.lang.Void could be meant.
    @SuppressWarnings("JavaLangClash")
    record Void() implements FieldValue {
        @Override
        public char tag() {
            return 'V';
        }

        @Override
        public String typeName() {
            return "void";
        }

        @Override
        public void writeTo(ByteBuf out) {
            out.writeByte('V');
        }
    }
}
