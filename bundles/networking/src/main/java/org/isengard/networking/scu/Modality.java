package org.isengard.networking.scu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A remote application entity of the option {@code DicomModalities}: its address, its permissions on this server, and how
 * this server calls it.
 *
 * @param transcoding whether what it does not accept may be sent in another transfer syntax
 * @param localAet the AE title we use towards it, "" for that of the server
 * @param timeout in seconds, 0: as configured for all
 * @param tls whether we call it by TLS
 * @param retrieveMethod {@code SystemDefault}, {@code C-MOVE} or {@code C-GET}
 */
public record Modality(
        String name,
        String aet,
        String host,
        int port,
        String manufacturer,
        Set<Permission> permissions,
        boolean transcoding,
        String localAet,
        int timeout,
        boolean tls,
        String retrieveMethod) {
    static final String SYSTEM_DEFAULT = "SystemDefault";
    static final String GENERIC = "Generic";
    static final String SIEMENS_SYNGO_CT = "SiemensSyngoCT";

    private static final Logger LOG = LoggerFactory.getLogger(Modality.class);
    private static final Set<String> MANUFACTURERS =
            Set.of(GENERIC, "GenericNoWildcardInDates", "GenericNoUniversalWildcard", "Vitrea", "GE", SIEMENS_SYNGO_CT);
    /** Names of former versions, which mean nothing special any more. */
    private static final Set<String> FORMER_MANUFACTURERS =
            Set.of("StoreScp", "ClearCanvas", "Dcm4Chee", "MedInria", "EFilm2", "SyngoVia", "AgfaImpax");

    private static final Set<String> RETRIEVE_METHODS = Set.of(SYSTEM_DEFAULT, "C-MOVE", "C-GET");

    /** The services that a peer may use, with the suffix of the options {@code Allow...} and {@code DicomAlwaysAllow...}. */
    public enum Permission {
        ECHO("Echo"),
        STORE("Store"),
        FIND("Find"),
        FIND_WORKLIST("FindWorklist"),
        GET("Get"),
        MOVE("Move"),
        STORAGE_COMMITMENT("NAction"),
        N_EVENT_REPORT("EventReport");

        private final String suffix;

        Permission(String suffix) {
            this.suffix = suffix;
        }

        public String label() {
            return suffix;
        }
    }

    public Modality {
        permissions = Set.copyOf(permissions);
    }

    /**
     * Reads the option {@code DicomModalities}.
     *
     * @throws IsengardException naming the modality that cannot be understood
     */
    public static List<Modality> parse(String json) {
        List<Modality> modalities = new ArrayList<>();
        try {
            for (Map.Entry<String, JsonNode> field : Json.MAPPER.readTree(json).properties()) {
                if (field.getValue().isArray() || field.getValue().isObject()) {
                    modalities.add(parse(field.getKey(), field.getValue()));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Option \"DicomModalities\": " + e.getMessage(), e);
        }
        return List.copyOf(modalities);
    }

    /**
     * Reads one modality, an array {@code [AET, host, port, manufacturer]} or an object.
     *
     * @throws IsengardException BAD_FILE_FORMAT, or PARAMETER_OUT_OF_RANGE for an impossible port or manufacturer
     */
    public static Modality parse(String name, JsonNode node) {
        JsonNode aet = node.isArray() ? node.path(0) : node.path("AET");
        JsonNode host = node.isArray() ? node.path(1) : node.path("Host");
        JsonNode port = node.isArray() ? node.path(2) : node.path("Port");
        JsonNode manufacturer = node.isArray() ? node.path(3) : node.path("Manufacturer");
        boolean number =
                port.isIntegralNumber() || port.isTextual() && port.textValue().matches("[0-9]{1,9}");
        if (!aet.isTextual() || !host.isTextual() || !number) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "Modality \"" + name + "\" needs AE title, host and port, not " + node);
        }
        long portNumber = port.isTextual() ? Long.parseLong(port.textValue()) : port.longValue();
        if (portNumber < 1 || portNumber > 65_535) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "No TCP port: " + port);
        }
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        boolean commitment = flag(node, "AllowStorageCommitment", true);
        for (Permission permission : Permission.values()) {
            boolean otherwise = commitment
                    || permission != Permission.STORAGE_COMMITMENT && permission != Permission.N_EVENT_REPORT;
            if (flag(node, "Allow" + permission.suffix, otherwise)) {
                permissions.add(permission);
            }
        }
        return new Modality(
                name,
                title(aet.textValue()),
                host.textValue(),
                (int) portNumber,
                manufacturer(manufacturer),
                permissions,
                flag(node, "AllowTranscoding", true),
                title(text(node, "LocalAet", "")),
                timeout(node),
                flag(node, "UseDicomTls", false),
                oneOf(RETRIEVE_METHODS, text(node, "RetrieveMethod", SYSTEM_DEFAULT)));
    }

    /**
     * {@return an AE title (PS3.5 section 6.2, VR AE) without the blanks at both ends, which do not count}
     *
     * @throws IsengardException BAD_FILE_FORMAT when it holds a backslash or a control character
     */
    public static String title(String text) {
        String title = text.strip();
        if (title.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "An AE title has no backslashes and no control characters");
        }
        return title;
    }

    private static String manufacturer(JsonNode node) {
        String text = node.isMissingNode() ? GENERIC : node.asText();
        return FORMER_MANUFACTURERS.contains(text) ? GENERIC : oneOf(MANUFACTURERS, text);
    }

    private static String oneOf(Set<String> known, String text) {
        if (!known.contains(text)) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Not one of " + known + ": " + text);
        }
        return text;
    }

    private static int timeout(JsonNode node) {
        JsonNode timeout = node.path("Timeout");
        if (!timeout.isMissingNode() && (!timeout.isInt() || timeout.intValue() < 0)) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Timeout\" must be a number of seconds");
        }
        return timeout.asInt(0);
    }

    private static boolean flag(JsonNode node, String field, boolean otherwise) {
        JsonNode value = node.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"" + field + "\" must be true or false");
        }
        return value.asBoolean(otherwise);
    }

    private static String text(JsonNode node, String field, String otherwise) {
        JsonNode value = node.path(field);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"" + field + "\" must be a text");
        }
        return value.asText(otherwise);
    }

    /**
     * {@return this modality at another place, for one operation: the options {@code Host}, {@code Port} and
     * {@code CalledAet}}
     */
    public Modality elsewhere(JsonNode options) {
        ObjectNode json = toJson();
        for (Map.Entry<String, String> field :
                Map.of("Host", "Host", "Port", "Port", "CalledAet", "AET").entrySet()) {
            if (options.has(field.getKey())) {
                json.set(field.getValue(), options.get(field.getKey()));
            }
        }
        return parse(name, json);
    }

    /** {@return what {@link #parse(String, JsonNode)} reads} */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("AET", aet);
        for (Permission permission : Permission.values()) {
            json.put("Allow" + permission.suffix, permissions.contains(permission));
        }
        return json.put("AllowTranscoding", transcoding)
                .put("Host", host)
                .put("LocalAet", localAet)
                .put("Manufacturer", manufacturer)
                .put("Port", port)
                .put("RetrieveMethod", retrieveMethod)
                .put("Timeout", timeout)
                .put("UseDicomTls", tls);
    }

    /** Whether {@code *} alone may be asked for; else an empty key, which means the same, goes out in its place. */
    public boolean takesUniversalWildcard(VR vr) {
        return switch (manufacturer) {
            case "GenericNoUniversalWildcard" -> false;
            case "GenericNoWildcardInDates" -> vr != VR.DA;
            default -> true;
        };
    }

    /** Whether a C-GET request offers both roles for storage, SCU and SCP, as this manufacturer wants it. */
    public boolean wantsBothRoles() {
        return manufacturer.equals(SIEMENS_SYNGO_CT);
    }

    /** {@return what goes out for an identifier that the query does not name} */
    public String anyIdentifier() {
        return manufacturer.equals("GE") ? "*" : "";
    }

    /** Whether an association with this address may come from here. */
    public boolean hasAddress(InetAddress remote) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.equals(remote)) {
                    return true;
                }
            }
        } catch (UnknownHostException e) {
            LOG.warn("The host {} of modality {} has no address", host, name);
        }
        return false;
    }
}
