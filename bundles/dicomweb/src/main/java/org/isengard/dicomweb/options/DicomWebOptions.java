package org.isengard.dicomweb.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The section {@code DicomWeb} of the configuration, with the names and defaults of Orthanc's plugin.
 *
 * @param enable whether there is a DICOMweb service at all
 * @param root path of QIDO-RS, WADO-RS and STOW-RS, with slashes at both ends
 * @param publicRoot the same path as clients see it, in the addresses of answers
 * @param enableWado whether there is WADO-URI
 * @param wadoRoot path of WADO-URI
 * @param wadoTrueTypes whether WADO-URI labels a JPEG as such, which Orthanc does not (an option of ours)
 * @param host name and port in the addresses of answers, "" for those of the request
 * @param ssl whether the addresses of answers are https
 * @param caseSensitive whether QIDO-RS tells upper from lower case in names of persons
 * @param metadataCache whether the metadata of series are kept
 * @param servers other DICOMweb servers, as JSON
 * @param serversInDatabase whether servers are kept in the database
 * @param stowMaxInstances most instances that the client sends in one request, 0 for no limit
 * @param stowMaxSize most megabytes that the client sends in one request, 0 for no limit
 */
public record DicomWebOptions(
        boolean enable,
        String root,
        String publicRoot,
        boolean enableWado,
        String wadoRoot,
        boolean wadoTrueTypes,
        String host,
        boolean ssl,
        boolean caseSensitive,
        boolean metadataCache,
        String servers,
        boolean serversInDatabase,
        int stowMaxInstances,
        int stowMaxSize) {
    private static final Logger LOG = LoggerFactory.getLogger(DicomWebOptions.class);
    private static final String DEFAULT_ROOT = "/dicom-web/";

    private static final Set<String> KNOWN = Set.of(
            "Enable",
            "Root",
            "PublicRoot",
            "EnableWado",
            "WadoRoot",
            "WadoTrueContentType",
            "Host",
            "Ssl",
            "QidoCaseSensitive",
            "EnableMetadataCache",
            "Servers",
            "ServersInDatabase",
            "StowMaxInstances",
            "StowMaxSize");

    /** Options of Orthanc's plugin that tune its own way of working: they are accepted and change nothing here. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "StudiesMetadata",
            "SeriesMetadata",
            "StudiesMetadataExtrapolatedTags",
            "SeriesMetadataExtrapolatedTags",
            "MetadataWorkerThreadsCount",
            "WadoRsLoaderThreadsCount",
            "EnablePerformanceLogs");

    /**
     * Reads the section.
     *
     * @param json the section
     * @param ssl whether this server speaks TLS
     * @param caseSensitive the option CaseSensitivePN of the server
     * @throws IsengardException INCOMPATIBLE_CONFIGURATIONS when an option has the wrong type
     */
    public static DicomWebOptions parse(String json, boolean ssl, boolean caseSensitive) throws IOException {
        JsonNode section = json.isBlank() ? JsonNodeFactory.instance.objectNode() : Json.MAPPER.readTree(json);
        section.fieldNames().forEachRemaining(DicomWebOptions::warn);
        for (String metadata : new String[] {"StudiesMetadata", "SeriesMetadata"}) {
            String value = text(section, metadata, "Full");
            if (!value.equals("Full")) {
                LOG.warn("\"DicomWeb.{}\" is \"{}\": metadata are full all the same", metadata, value);
            }
        }
        String root = path(text(section, "Root", DEFAULT_ROOT), "Root");
        String publicRoot = text(section, "PublicRoot", "");
        return new DicomWebOptions(
                flag(section, "Enable", true),
                root,
                publicRoot.isEmpty() ? root : path(publicRoot, "PublicRoot"),
                flag(section, "EnableWado", true),
                withoutSlash(path(text(section, "WadoRoot", "/wado"), "WadoRoot")),
                flag(section, "WadoTrueContentType", false),
                text(section, "Host", ""),
                flag(section, "Ssl", ssl),
                flag(section, "QidoCaseSensitive", caseSensitive),
                flag(section, "EnableMetadataCache", true),
                section.path("Servers").isObject() ? section.get("Servers").toString() : "{}",
                flag(section, "ServersInDatabase", false),
                number(section, "StowMaxInstances", 10),
                number(section, "StowMaxSize", 10));
    }

    private static void warn(String option) {
        if (!KNOWN.contains(option) && !WITHOUT_EFFECT.contains(option)) {
            LOG.warn("The option \"DicomWeb.{}\" in the configuration is not known and has no effect", option);
        }
    }

    private static String path(String text, String option) {
        if (!text.matches("/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*/?")) {
            throw wrong(option, "must be a path such as " + DEFAULT_ROOT + ", not \"" + text + "\"");
        }
        return (text.startsWith("/") ? "" : "/") + text + (text.endsWith("/") ? "" : "/");
    }

    private static String withoutSlash(String path) {
        return path.substring(0, path.length() - 1);
    }

    private static String text(JsonNode section, String option, String otherwise) {
        JsonNode value = section.path(option);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw wrong(option, "must be a text");
        }
        return value.asText(otherwise);
    }

    private static boolean flag(JsonNode section, String option, boolean otherwise) {
        JsonNode value = section.path(option);
        if (value.isMissingNode()) {
            return otherwise;
        }
        // A variable of the environment holds a text.
        String text = value.asText().toLowerCase(Locale.ROOT);
        if (!value.isBoolean() && !text.equals("true") && !text.equals("false")) {
            throw wrong(option, "must be true or false");
        }
        return text.equals("true");
    }

    private static int number(JsonNode section, String option, int otherwise) {
        JsonNode value = section.path(option);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.asText().matches("\\d{1,9}")) {
            throw wrong(option, "must be a number that is not negative");
        }
        return Integer.parseInt(value.asText());
    }

    private static IsengardException wrong(String option, String why) {
        return new IsengardException(
                ErrorCode.INCOMPATIBLE_CONFIGURATIONS, "The option \"DicomWeb." + option + "\" " + why);
    }
}
