/**
 * The 66 methods of AMQP 0-9-1 with RabbitMQ's extensions, as records.
 *
 * <p>One file a class, each a page of the specification: a sealed interface with a record for every method, whose
 * components are the arguments in the order of the wire. What is reserved ({@code ticket}) is written as zero and not
 * kept. The arguments {@code class-id} and {@code method-id} of the close methods are called {@code failedClassId} and
 * {@code failedMethodId}, since {@link io.millrace.codec.method.Method#classId} is the id of the method itself.
 *
 * <p>{@link io.millrace.codec.method.MethodReader} makes records of octets; {@link io.millrace.codec.FrameWriter} and
 * {@link io.millrace.codec.method.Method#write} make octets of records. Who handles methods switches on
 * {@link io.millrace.codec.method.Method#id} with the {@code ID} constants of the records as labels.
 *
 * <p>Public on purpose: the interfaces with their records and the reader.
 */
package io.millrace.codec.method;
