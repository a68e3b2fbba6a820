package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What RabbitMQ 4.3 answers to requests that are right, wrong and odd, to the letter. It was asked, and its answers are
 * in the files, a case a paragraph:
 *
 * <pre>
 * queue.declare queue=~q durable
 *   x-max-length = int -1
 * &gt; channel 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue '~q' in vhost '/': {value_negative,-1}
 * </pre>
 *
 * A method with its fields, its arguments line by line with their types, and after the {@code >} what comes back:
 * {@code ok}, or what the broker closes and what it says then. A name with a {@code ~} is one of the case's own.
 */
@WithBroker
class ContractIT {
    @ParameterizedTest
    @ValueSource(
            strings = {"queue-arguments", "queue-attributes", "exchange-arguments", "redeclares", "first-fault", "names"
            })
    void theBrokerAnswersAsRabbitMqDid(String file, Client client) throws Exception {
        List<String> failures = new ArrayList<>();
        int played = 0;
        ContractPlayer player = new ContractPlayer(client);
        for (String paragraph : read(file).split("\n\n", -1)) {
            if (!paragraph.startsWith("#")) {
                String answered = player.play(paragraph.strip().lines().toList());
                played++;
                if (!answered.equals(paragraph.strip())) {
                    failures.add(paragraph + "\n--- but it answered\n" + answered);
                }
            }
        }
        player.close();
        assertEquals("", String.join("\n\n", failures), played + " cases of " + file);
    }

    private static String read(String file) throws IOException {
        try (InputStream in = ContractIT.class.getResourceAsStream("/contract/" + file + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
