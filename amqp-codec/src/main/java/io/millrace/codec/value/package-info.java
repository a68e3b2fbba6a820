/**
 * The values that methods and messages are made of: short and long strings, field tables, message properties.
 *
 * <p>All of them are immutable and hold the octets that arrived. A broker mostly forwards, so that a table or a
 * property list is checked once at the door, without making an object, carried as octets, and decoded only by those who
 * must look inside: {@link io.millrace.codec.value.FieldTable#get} walks the octets to one key,
 * {@link io.millrace.codec.value.BasicProperties#read} decodes a list.
 *
 * <p>Public on purpose: {@link io.millrace.codec.value.ShortString}, {@link io.millrace.codec.value.LongString},
 * {@link io.millrace.codec.value.FieldTable}, {@link io.millrace.codec.value.FieldValue} and
 * {@link io.millrace.codec.value.BasicProperties}. How they are checked and taken apart is nobody's business.
 */
package io.millrace.codec.value;
