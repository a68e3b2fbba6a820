/**
 * JMH benchmarks of the stops on a message's way, each alone: {@code benchmarks/jmh.sh} runs them. They tell which of
 * two ways to do a thing costs less; what a broker does, {@code benchmarks/compare.sh} measures. All types are public,
 * and their classes not final, because JMH asks for that. {@code Ceiling} is no benchmark but a target for the latter.
 */
package io.millrace.benchmarks;
