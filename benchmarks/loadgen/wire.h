/* Octets of AMQP 0-9-1: numbers, strings and frames, written to a buffer that grows. */
#ifndef WIRE_H
#define WIRE_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What we offer; most brokers do too. */
#define FRAME_MAX 131072
#define FRAME_OVERHEAD 8
#define FRAME_HEAD 7
#define FRAME_END 0xCE

enum frame_type { METHOD_FRAME = 1, HEADER_FRAME = 2, BODY_FRAME = 3 };

#define METHOD(class_id, method_id) ((uint32_t)(class_id) << 16 | (method_id))
enum method {
    CONNECTION_START = METHOD(10, 10),
    CONNECTION_START_OK = METHOD(10, 11),
    CONNECTION_TUNE = METHOD(10, 30),
    CONNECTION_TUNE_OK = METHOD(10, 31),
    CONNECTION_OPEN = METHOD(10, 40),
    CONNECTION_OPEN_OK = METHOD(10, 41),
    CONNECTION_CLOSE = METHOD(10, 50),
    CONNECTION_CLOSE_OK = METHOD(10, 51),
    CONNECTION_BLOCKED = METHOD(10, 60),
    CONNECTION_UNBLOCKED = METHOD(10, 61),
    CHANNEL_OPEN = METHOD(20, 10),
    CHANNEL_OPEN_OK = METHOD(20, 11),
    CHANNEL_CLOSE = METHOD(20, 40),
    EXCHANGE_DECLARE = METHOD(40, 10),
    EXCHANGE_DECLARE_OK = METHOD(40, 11),
    EXCHANGE_DELETE = METHOD(40, 20),
    EXCHANGE_DELETE_OK = METHOD(40, 21),
    QUEUE_DECLARE = METHOD(50, 10),
    QUEUE_DECLARE_OK = METHOD(50, 11),
    QUEUE_BIND = METHOD(50, 20),
    QUEUE_BIND_OK = METHOD(50, 21),
    QUEUE_DELETE = METHOD(50, 40),
    QUEUE_DELETE_OK = METHOD(50, 41),
    BASIC_QOS = METHOD(60, 10),
    BASIC_QOS_OK = METHOD(60, 11),
    BASIC_CONSUME = METHOD(60, 20),
    BASIC_CONSUME_OK = METHOD(60, 21),
    BASIC_CANCEL = METHOD(60, 30),
    BASIC_PUBLISH = METHOD(60, 40),
    BASIC_DELIVER = METHOD(60, 60),
    BASIC_ACK = METHOD(60, 80),
    BASIC_NACK = METHOD(60, 120),
    CONFIRM_SELECT = METHOD(85, 10),
    CONFIRM_SELECT_OK = METHOD(85, 11),
};

struct buffer {
    uint8_t *octets;
    size_t length, capacity;
};

void put(struct buffer *out, const void *octets, size_t length);
void put_u8(struct buffer *out, uint8_t value);
void put_u16(struct buffer *out, uint16_t value);
void put_u32(struct buffer *out, uint32_t value);
void put_u64(struct buffer *out, uint64_t value);
void put_short_string(struct buffer *out, const char *text);
void put_long_string(struct buffer *out, const void *octets, size_t length);

/* Begins a frame and returns where its payload starts, which end_frame wants to know. */
size_t begin_frame(struct buffer *out, enum frame_type type, uint16_t channel);
size_t begin_method(struct buffer *out, uint16_t channel, enum method method);
void end_frame(struct buffer *out, size_t payload);

/* One field of a table. */
void put_text_field(struct buffer *table, const char *name, const char *text);
void put_true_field(struct buffer *table, const char *name);

static inline uint16_t get_u16(const uint8_t *in) {
    uint16_t value;
    memcpy(&value, in, sizeof value);
    return be16toh(value);
}

static inline uint32_t get_u32(const uint8_t *in) {
    uint32_t value;
    memcpy(&value, in, sizeof value);
    return be32toh(value);
}

static inline uint64_t get_u64(const uint8_t *in) {
    uint64_t value;
    memcpy(&value, in, sizeof value);
    return be64toh(value);
}

#endif
