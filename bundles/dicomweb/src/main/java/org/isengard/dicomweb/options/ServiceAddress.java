package org.isengard.dicomweb.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.rest.Request;

/**
 * The addresses that answers name. They follow the header Forwarded (RFC 7239) or X-Forwarded-Proto and X-Forwarded-Host
 * of a proxy, else the options Host and Ssl, else the request itself.
 */
public final class ServiceAddress {
    private static final Pattern FORWARDED =
            Pattern.compile("(?:^|[;,\\s])(host|proto)=\"?([^\";,\\s]+)\"?", Pattern.CASE_INSENSITIVE);

    /** The form of a host name; answers repeat no other text. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~\\-\\[\\]:]{1,255}");

    private final DicomWebOptions options;
    private final int port;

    /** @param port of this server, for calls in process */
    public ServiceAddress(DicomWebOptions options, int port) {
        this.options = options;
        this.port = port;
    }

    /** {@return the address of the DICOMweb service, with a slash at its end} */
    public String base(Request request) {
        String host = options.host().isEmpty() ? request.header("Host").orElse("") : options.host();
        String scheme = options.ssl() ? "https" : "http";
        Matcher forwarded = FORWARDED.matcher(request.header("Forwarded").orElse(""));
        String proxyHost = first(request.header("X-Forwarded-Host").orElse(""));
        String proxyScheme = first(request.header("X-Forwarded-Proto").orElse(""));
        while (forwarded.find()) {
            if (forwarded.group(1).equalsIgnoreCase("host")) {
                proxyHost = forwarded.group(2);
            } else {
                proxyScheme = forwarded.group(2);
            }
        }
        if (HOST.matcher(proxyHost).matches()) {
            host = proxyHost;
        }
        if (proxyScheme.equalsIgnoreCase("http") || proxyScheme.equalsIgnoreCase("https")) {
            scheme = proxyScheme.toLowerCase(Locale.ROOT);
        }
        if (!HOST.matcher(host).matches()) {
            host = "localhost:" + port;
        }
        return scheme + "://" + host + options.publicRoot();
    }

    private static String first(String list) {
        int comma = list.indexOf(',');
        return (comma < 0 ? list : list.substring(0, comma)).strip();
    }

    public static String study(String base, String study) {
        return base + "studies/" + study;
    }

    public static String series(String base, String study, String series) {
        return study(base, study) + "/series/" + series;
    }

    public static String instance(String base, String study, String series, String instance) {
        return series(base, study, series) + "/instances/" + instance;
    }
}
