package org.isengard.dicomweb.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.OptionCatalogue;

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
    private static final String SECTION = "DicomWeb.";

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
        String root = path(text(section, "Root"), "Root");
        String publicRoot = text(section, "PublicRoot");
        return new DicomWebOptions(
                flag(section, "Enable", byDefault("Enable").asBoolean()),
                root,
                publicRoot.isEmpty() ? root : path(publicRoot, "PublicRoot"),
                flag(section, "EnableWado", byDefault("EnableWado").asBoolean()),
                withoutSlash(path(text(section, "WadoRoot"), "WadoRoot")),
                flag(
                        section,
                        "WadoTrueContentType",
                        byDefault("WadoTrueContentType").asBoolean()),
                text(section, "Host"),
                flag(section, "Ssl", ssl),
                flag(section, "QidoCaseSensitive", caseSensitive),
                flag(
                        section,
                        "EnableMetadataCache",
                        byDefault("EnableMetadataCache").asBoolean()),
                section.path("Servers").isObject() ? section.get("Servers").toString() : "{}",
                flag(
                        section,
                        "ServersInDatabase",
                        byDefault("ServersInDatabase").asBoolean()),
                number(section, "StowMaxInstances"),
                number(section, "StowMaxSize"));
    }

    private static JsonNode byDefault(String option) {
        return OptionCatalogue.standard().defaultOf(SECTION + option);
    }

    private static String path(String text, String option) {
        if (!text.matches("/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*/?")) {
            throw wrong(option, "must be a path such as /dicom-web/, not \"" + text + "\"");
        }
        return (text.startsWith("/") ? "" : "/") + text + (text.endsWith("/") ? "" : "/");
    }

    private static String withoutSlash(String path) {
        return path.substring(0, path.length() - 1);
    }

    private static String text(JsonNode section, String option) {
        JsonNode value = section.path(option);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw wrong(option, "must be a text");
        }
        return value.isMissingNode() ? byDefault(option).asText() : value.asText();
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

    private static int number(JsonNode section, String option) {
        JsonNode value = section.path(option);
        if (value.isMissingNode()) {
            return byDefault(option).asInt();
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
