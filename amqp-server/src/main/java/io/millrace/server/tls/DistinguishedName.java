package io.millrace.server.tls;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import javax.security.auth.x500.X500Principal;

/**
 * A name in a certificate as RabbitMQ writes it, to the letter, because names of users are compared with it. It is
 * nearly RFC 4514: the last part first, characters with a meaning behind a backslash, all that is not ASCII as
 * {@code \C3\BC}. What Erlang has no type for is an Erlang term, such as <code>
 * 2.5.4.9={asn1_OPENTYPE\,\&lt;\&lt;12\,1\,83\&gt;\&gt;}</code>.
 */
final class DistinguishedName {
    private static final String COMMON_NAME = "2.5.4.3";

    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("2.5.4.4", "SN"),
            Map.entry("2.5.4.42", "GIVENNAME"),
            Map.entry("2.5.4.43", "INITIALS"),
            Map.entry("2.5.4.44", "GENERATIONQUALIFIER"),
            Map.entry(COMMON_NAME, "CN"),
            Map.entry("2.5.4.7", "L"),
            Map.entry("2.5.4.8", "ST"),
            Map.entry("2.5.4.10", "O"),
            Map.entry("2.5.4.11", "OU"),
            Map.entry("2.5.4.12", "TITLE"),
            Map.entry("2.5.4.6", "C"),
            Map.entry("2.5.4.5", "SERIALNUMBER"),
            Map.entry("2.5.4.65", "PSEUDONYM"),
            Map.entry("0.9.2342.19200300.100.1.25", "DC"),
            Map.entry("0.9.2342.19200300.100.1.1", "UID"),
            Map.entry("1.2.840.113549.1.9.1", "EMAILADDRESS"));

    /** Has a label and no type. */
    private static final String USER_ID = "0.9.2342.19200300.100.1.1";

    /** Have a type and no label: name and dnQualifier. */
    private static final List<String> UNLABELLED = List.of("2.5.4.41", "2.5.4.46");

    private static final int PRINTABLE_STRING = 19;
    private static final int TELETEX_STRING = 20;
    private static final int IA5_STRING = 22;
    private static final int UNIVERSAL_STRING = 28;
    private static final int BMP_STRING = 30;
    private static final int UTF8_STRING = 12;

    private static final String WITH_BACKSLASH = ",+\"\\<>;";
    private static final int FIRST_PLAIN = ' ';
    /** The tilde is written as an octet, too. */
    private static final int LAST_PLAIN = '}';

    private record Attribute(String type, Der.Element value) {}

    private final List<List<Attribute>> parts = new ArrayList<>();

    private DistinguishedName() {}

    static DistinguishedName of(X500Principal principal) {
        DistinguishedName name = new DistinguishedName();
        Der sequence = Der.of(principal.getEncoded()).next(Der.SEQUENCE).inside();
        while (sequence.hasNext()) {
            List<Attribute> part = new ArrayList<>();
            Der set = sequence.next().inside();
            while (set.hasNext()) {
                Der attribute = set.next(Der.SEQUENCE).inside();
                part.add(new Attribute(objectIdentifier(attribute.next(Der.OBJECT_IDENTIFIER)), attribute.next()));
            }
            name.parts.add(part);
        }
        return name;
    }

    /** All of it. */
    @Override
    public String toString() {
        List<String> texts = new ArrayList<>();
        for (List<Attribute> part : parts) {
            texts.add(
                    String.join("+", part.stream().map(DistinguishedName::text).toList()));
        }
        Collections.reverse(texts);
        return String.join(",", texts);
    }

    /** The common names as they are, separated by commas, in the order of the certificate; empty when there is none. */
    String commonNames() {
        List<String> names = new ArrayList<>();
        for (List<Attribute> part : parts) {
            for (Attribute attribute : part) {
                if (attribute.type.equals(COMMON_NAME)) {
                    names.add(string(attribute.value));
                }
            }
        }
        return String.join(",", names);
    }

    private static String text(Attribute attribute) {
        boolean labelled = LABELS.containsKey(attribute.type);
        boolean typed = (labelled && !attribute.type.equals(USER_ID)) || UNLABELLED.contains(attribute.type);
        String label = labelled ? LABELS.get(attribute.type) : attribute.type;
        return label + "="
                + (typed
                        ? escaped(string(attribute.value).getBytes(StandardCharsets.UTF_8))
                        : escaped(openType(attribute.value.encoded()).getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String string(Der.Element value) {
        byte[] octets = value.content();
        return switch (value.tag()) {
            case UTF8_STRING, PRINTABLE_STRING, IA5_STRING -> new String(octets, StandardCharsets.UTF_8);
            case TELETEX_STRING -> new String(octets, StandardCharsets.ISO_8859_1);
            case BMP_STRING -> new String(octets, StandardCharsets.UTF_16BE);
            case UNIVERSAL_STRING -> new String(octets, Charset.forName("UTF-32BE"));
            default -> openType(value.encoded());
        };
    }

    private static String escaped(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < octets.length; i++) {
            int c = octets[i] & 0xFF;
            boolean outermost = i == 0 || i == octets.length - 1;
            if (c < FIRST_PLAIN || c > LAST_PLAIN) {
                text.append(String.format(Locale.ROOT, "\\%02X", c));
            } else {
                if (WITH_BACKSLASH.indexOf(c) >= 0 || (c == ' ' && outermost) || (c == '#' && i == 0)) {
                    text.append('\\');
                }
                text.append((char) c);
            }
        }
        return text.toString();
    }

    /** As Erlang prints octets that it knows no type of: as text where all of them can be shown, else as numbers. */
    private static String openType(byte[] octets) {
        String text = textOf(octets);
        StringBuilder term = new StringBuilder("{asn1_OPENTYPE,<<");
        if (text == null) {
            for (int i = 0; i < octets.length; i++) {
                term.append(i == 0 ? "" : ",").append(octets[i] & 0xFF);
            }
        } else {
            term.append('"');
            text.chars().forEach(c -> term.append(erlangEscaped((char) c)));
            term.append('"').append(text.length() == octets.length ? "" : "/utf8");
        }
        return term.append(">>}").toString();
    }

    /** Null when there is an octet that cannot be shown. */
    private static String textOf(byte[] octets) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return text.chars().allMatch(DistinguishedName::isShown) ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isShown(int c) {
        return (c >= ' ' && c <= '~') || (c >= 0xA0 && c <= 0xFF) || (c >= '\b' && c <= '\r') || c == 0x1B;
    }

    private static String erlangEscaped(char c) {
        return switch (c) {
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case 0x0B -> "\\v";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            case 0x1B -> "\\e";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> String.valueOf(c);
        };
    }

    /** {@code 2.5.4.3} and the like: seven bits an octet, the first number holds two. */
    static String objectIdentifier(Der.Element element) {
        StringBuilder text = new StringBuilder();
        OptionalInt first = OptionalInt.empty();
        long number = 0;
        for (byte octet : element.content()) {
            number = (number << 7) | (octet & 0x7F);
            if (octet >= 0) {
                if (first.isEmpty()) {
                    int root = (int) Math.min(number / 40, 2);
                    first = OptionalInt.of(root);
                    text.append(root).append('.').append(number - 40L * root);
                } else {
                    text.append('.').append(number);
                }
                number = 0;
            }
        }
        return text.toString();
    }
}
