#include "wire.h"

#include <stdlib.h>

#include "settings.h"

void put(struct buffer *out, const void *octets, size_t length) {
    if (out->length + length > out->capacity) {
        while (out->capacity < out->length + length) {
            out->capacity = out->capacity ? out->capacity * 2 : 256;
        }
        out->octets = realloc(out->octets, out->capacity);
        if (!out->octets) {
            die("out of memory");
        }
    }
    memcpy(out->octets + out->length, octets, length);
    out->length += length;
}

void put_u8(struct buffer *out, uint8_t value) {
    put(out, &value, sizeof value);
}

void put_u16(struct buffer *out, uint16_t value) {
    value = htobe16(value);
    put(out, &value, sizeof value);
}

void put_u32(struct buffer *out, uint32_t value) {
    value = htobe32(value);
    put(out, &value, sizeof value);
}

void put_u64(struct buffer *out, uint64_t value) {
    value = htobe64(value);
    put(out, &value, sizeof value);
}

void put_short_string(struct buffer *out, const char *text) {
    put_u8(out, strlen(text));
    put(out, text, strlen(text));
}

void put_long_string(struct buffer *out, const void *octets, size_t length) {
    put_u32(out, length);
    put(out, octets, length);
}

size_t begin_frame(struct buffer *out, enum frame_type type, uint16_t channel) {
    put_u8(out, type);
    put_u16(out, channel);
    put_u32(out, 0);
    return out->length;
}

size_t begin_method(struct buffer *out, uint16_t channel, enum method method) {
    size_t payload = begin_frame(out, METHOD_FRAME, channel);
    put_u32(out, method);
    return payload;
}

void end_frame(struct buffer *out, size_t payload) {
    uint32_t length = htobe32(out->length - payload);
    memcpy(out->octets + payload - sizeof length, &length, sizeof length);
    put_u8(out, FRAME_END);
}

void put_text_field(struct buffer *table, const char *name, const char *text) {
    put_short_string(table, name);
    put_u8(table, 'S');
    put_long_string(table, text, strlen(text));
}

void put_true_field(struct buffer *table, const char *name) {
    put_short_string(table, name);
    put_u8(table, 't');
    put_u8(table, 1);
}
