package org.isengard.rest.kit.page;

import java.util.Locale;
import java.util.Set;
import org.isengard.rest.kit.page.PageFiles.Encoding;

/** Chooses the encoding of an answer by the header Accept-Encoding (RFC 9110 section 12.5.3). */
final class AcceptedEncoding {
    private AcceptedEncoding() {}

    /**
     * {@return Brotli or gzip where the header names it with a weight above zero, Brotli first; else IDENTITY}
     *
     * @param there the encodings that the bundle holds
     */
    static Encoding of(String header, Set<Encoding> there) {
        if (there.contains(Encoding.BROTLI) && weight(header, "br") > 0) {
            return Encoding.BROTLI;
        }
        return there.contains(Encoding.GZIP) && weight(header, "gzip") > 0 ? Encoding.GZIP : Encoding.IDENTITY;
    }

    private static double weight(String header, String coding) {
        double any = 0;
        for (String element : header.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = element.split(";");
            String name = parts[0].strip();
            if (name.equals(coding)) {
                return quality(parts);
            }
            if (name.equals("*")) {
                any = quality(parts);
            }
        }
        return any;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    // A weight that is no number: the client cannot be sure to get the encoding, so it does not.
                    return 0;
                }
            }
        }
        return 1;
    }
}
