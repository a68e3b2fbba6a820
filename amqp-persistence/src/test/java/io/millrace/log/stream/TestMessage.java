package io.millrace.log.stream;

import io.millrace.log.ContentSink;
import io.millrace.log.StoredContent;
import java.nio.charset.StandardCharsets;

/** A message of octets, with a filter value or none. */
final class TestMessage implements StoredContent {
    private final byte[] octets;
    private final String filter;

    TestMessage(byte[] octets, String filter) {
        this.octets = octets;
        this.filter = filter;
    }

    byte[] octets() {
        return octets;
    }

    String filter() {
        return filter;
    }

    static TestMessage of(String text) {
        return of(text, null);
    }

    static TestMessage of(String text, String filter) {
        return new TestMessage(text.getBytes(StandardCharsets.UTF_8), filter);
    }

    static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    byte[] filterValue() {
        return filter == null ? null : filter.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int size() {
        return octets.length;
    }

    @Override
    public void writeTo(ContentSink sink) {
        sink.put(octets, 0, octets.length);
    }
}
