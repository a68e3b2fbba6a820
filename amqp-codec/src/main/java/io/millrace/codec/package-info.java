/**
 * The wire format of AMQP 0-9-1: octets to frames to records, and back.
 *
 * <p>How to read it, in the order in which a published message passes through:
 *
 * <ol>
 *   <li>{@link io.millrace.codec.FrameDecoder} finds frames in what the socket delivers, within
 *       {@link io.millrace.codec.FrameLimits}, and calls a {@link io.millrace.codec.FrameListener} with the buffer and
 *       the place of each payload. The picture of a frame is in {@link io.millrace.codec.Frame}.
 *   <li>{@link io.millrace.codec.method.MethodReader} makes a record such as
 *       {@link io.millrace.codec.method.BasicMethod.Publish} of the payload of a method frame.
 *   <li>{@link io.millrace.codec.value.BasicProperties#validate} checks the property list of a content header where it
 *       arrived; property list and bodies become a {@link io.millrace.codec.Content}.
 *   <li>{@link io.millrace.codec.DeliveryWriter} writes {@code basic.deliver} and the content's frames into the buffer
 *       of a consumer's connection; {@link io.millrace.codec.FrameWriter} writes everything else.
 * </ol>
 *
 * <p>What costs nothing on this path: a frame (no object, no slice), a method that equals the last publish (no object),
 * a name that was seen before (no object, no look at its UTF-8), properties and headers that nobody asks for (checked
 * once, then copied as octets).
 *
 * <p>Errors: whatever a peer sends, the only exception it can cause is an {@link io.millrace.codec.AmqpException},
 * whose type says what closes and whose text is RabbitMQ's, because clients and their tests compare it. Lengths are
 * checked before anything is allocated by them; tables and arrays may lie in each other 64 deep. Where RabbitMQ drops
 * the connection without a word (unknown methods, unknown field types) the peer is told here.
 */
package io.millrace.codec;
