package io.millrace.codec;

import io.millrace.codec.value.BasicProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes contents for tests. */
final class Contents {
    private Contents() {}

    /** In one array. */
    static Content of(BasicProperties properties, byte[] body) {
        byte[] list = properties.encode();
        byte[] octets = Arrays.copyOf(list, list.length + body.length);
        System.arraycopy(body, 0, octets, list.length, body.length);
        return Content.of(octets, list.length);
    }

    /** In pieces of one size. */
    static Content chunked(BasicProperties properties, byte[] body, int chunk) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < body.length; from += chunk) {
            chunks.add(Arrays.copyOfRange(body, from, Math.min(body.length, from + chunk)));
        }
        return Content.of(properties.encode(), chunks, body.length);
    }
}
