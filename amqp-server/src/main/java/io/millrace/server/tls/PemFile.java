package io.millrace.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of PEM blocks. What is between them is for people. */
final class PemFile {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** More is no file of certificates: the largest bundles of authorities have a quarter of a megabyte. */
    private static final long OCTETS_MAX = 16 << 20;

    private PemFile() {}

    /** One block. */
    static final class Block {
        private final String label;
        private final Map<String, String> headers;
        private final byte[] octets;

        private Block(String label, Map<String, String> headers, byte[] octets) {
            this.label = label;
            this.headers = headers;
            this.octets = octets;
        }

        /** Such as {@code CERTIFICATE}. */
        String label() {
            return label;
        }

        /** Encrypted keys in the old style have some. */
        Map<String, String> headers() {
            return headers;
        }

        byte[] octets() {
            return octets;
        }
    }

    /**
     * Reads all blocks.
     *
     * @param key the setting that names the file, for the message
     * @throws TlsFileException the file cannot be read or is not in the format
     */
    static List<Block> read(String key, Path file) throws TlsFileException {
        List<Block> blocks = new ArrayList<>();
        try {
            if (Files.size(file) > OCTETS_MAX) {
                throw new TlsFileException(
                        key, file, "size: " + Files.size(file) + " (expected: <= " + OCTETS_MAX + ")");
            }
            // Whatever people write between the blocks, in whatever encoding.
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    String label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    int end = endOf(label, lines, i);
                    blocks.add(block(label, lines.subList(i + 1, end)));
                    i = end;
                }
            }
        } catch (NoSuchFileException e) {
            throw new TlsFileException(key, file, "no such file", e);
        } catch (TlsFileException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsFileException(key, file, "cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new TlsFileException(key, file, "is no PEM: " + e.getMessage(), e);
        }
        return blocks;
    }

    private static int endOf(String label, List<String> lines, int begin) {
        for (int i = begin + 1; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(END + label + DASHES)) {
                return i;
            }
        }
        throw new IllegalArgumentException("the end of the " + label + " in line " + (begin + 1) + " is missing");
    }

    private static Block block(String label, List<String> lines) {
        Map<String, String> headers = new HashMap<>();
        StringBuilder base64 = new StringBuilder();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            } else {
                base64.append(line.strip());
            }
        }
        return new Block(label, headers, Base64.getDecoder().decode(base64.toString()));
    }
}
