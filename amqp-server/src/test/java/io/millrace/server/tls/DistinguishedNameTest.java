package io.millrace.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RabbitMQ 4.3 makes of the same names. */
class DistinguishedNameTest {
    private static final Map<String, String> KEYWORDS = Map.of(
            "E", "1.2.840.113549.1.9.1",
            "NAME", "2.5.4.41",
            "QUALIFIER", "2.5.4.46",
            "PSEUDONYM", "2.5.4.65");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=client,O=acme            | CN=client,O=acme",
                "O=b,CN=two,CN=one           | O=b,CN=two,CN=one",
                "OU=x+OU=y,O=a               | OU=x+OU=y,O=a",
                "OU=y+OU=x,O=a               | OU=x+OU=y,O=a",
                "L=München,ST=Bayern,C=DE    | L=M\\C3\\BCnchen,ST=Bayern,C=DE",
                "O=A\\, B \\+ \\\"C\\\" \\\\ \\<D\\>\\; E | O=A\\, B \\+ \\\"C\\\" \\\\ \\<D\\>\\; E",
                "'CN=\\ lead #and trail\\ '   | 'CN=\\ lead #and trail\\ '",
                "'O=\\ \\ two\\ \\ '          | 'O=\\  two \\ '",
                "'O=\\ '                      | 'O=\\ '",
                "OU=\\ \\#                   | OU=\\ #",
                "CN=\\#hash                  | CN=\\#hash",
                "L=a\\=b,ST=a#b              | L=a=b,ST=a#b",
                "CN=a'b*c&d                  | CN=a'b*c&d",
                "E=a@b.c                     | EMAILADDRESS=a@b.c",
                "DC=acme,DC=com              | DC=acme,DC=com",
                "NAME=nm,QUALIFIER=q         | 2.5.4.41=nm,2.5.4.46=q",
                "SERIALNUMBER=77,SURNAME=Sur,GIVENNAME=Given | SERIALNUMBER=77,SN=Sur,GIVENNAME=Given",
                "INITIALS=I,T=Dr,GENERATION=Jr,PSEUDONYM=P | INITIALS=I,TITLE=Dr,GENERATIONQUALIFIER=Jr,PSEUDONYM=P",
            })
    void namesAreWrittenAsRabbitMqWritesThem(String name, String expected) {
        assertEquals(
                expected,
                DistinguishedName.of(new X500Principal(name, KEYWORDS)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=#1e0a0062006d0070002000fc | CN=bmp \\C3\\BC",
                "CN=#140674656c6520fc         | CN=tele \\C3\\BC",
                "CN=#1c0800000061000000fc     | CN=a\\C3\\BC",
                "CN=#130478097e79             | CN=x\\09\\7Ey",
            })
    void stringsOfAllKindsAreText(String name, String expected) {
        assertEquals(expected, DistinguishedName.of(new X500Principal(name)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Each has an octet that cannot be shown,
                "UID=#0c027531,DC=com         | UID={asn1_OPENTYPE\\,\\<\\<12\\,2\\,117\\,49\\>\\>},DC=com",
                "STREET=#0c0153,CN=a          | 2.5.4.9={asn1_OPENTYPE\\,\\<\\<12\\,1\\,83\\>\\>},CN=a",
                "UID=#0c0364c3bc              | UID={asn1_OPENTYPE\\,\\<\\<12\\,3\\,100\\,195\\,188\\>\\>}",
                // or none has, be it by the chance of its length.
                "UID=#0c0a30313233343536373839" + " | UID={asn1_OPENTYPE\\,\\<\\<\\\"\\\\f\\\\n0123456789\\\"\\>\\>}",
                "UID=#0c0a3132333435363738c3bc"
                        + " | UID={asn1_OPENTYPE\\,\\<\\<\\\"\\\\f\\\\n12345678\\FC\\\"/utf8\\>\\>}",
            })
    void whatErlangHasNoTypeForIsATermOfErlang(String name, String expected) {
        assertEquals(expected, DistinguishedName.of(new X500Principal(name)).toString());
    }

    @Test
    void commonNamesAreJoinedAsTheyAre() {
        assertEquals("one,two", names("O=b,CN=two,CN=one"));
        assertEquals("k0,k1,ü", names("CN=ü,CN=k1+CN=k0"));
        assertEquals(" #lead, and trail ", names("CN=\\ \\#lead\\, and trail\\ "));
        assertEquals("", names("O=only"));
    }

    private static String names(String name) {
        return DistinguishedName.of(new X500Principal(name)).commonNames();
    }
}
