/**
 * TLS for servers: files of certificates and keys to the handlers of connections, and what a client's certificate says.
 *
 * <p>Public on purpose: {@link io.millrace.server.tls.TlsServer} for who listens;
 * {@link io.millrace.server.tls.TlsSession}, {@link io.millrace.server.tls.PeerCertificate} and
 * {@link io.millrace.server.tls.CertificateLogin} for who asks what was agreed on and who the client is;
 * {@link io.millrace.server.tls.TlsFileException} for who starts the broker.
 */
package io.millrace.server.tls;
