package org.isengard.networking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.rest.kit.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A remote application entity of the option {@code DicomModalities}: who it is and what it may ask of us. */
record Modality(String name, String aet, String host, int port, Set<Permission> permissions) {
    private static final Logger LOG = LoggerFactory.getLogger(Modality.class);

    /** What a peer may ask for, with the suffix of Orthanc's options {@code Allow...} and {@code DicomAlwaysAllow...}. */
    enum Permission {
        ECHO("Echo"),
        STORE("Store"),
        FIND("Find"),
        FIND_WORKLIST("FindWorklist"),
        GET("Get"),
        MOVE("Move"),
        STORAGE_COMMITMENT("StorageCommitment"),
        N_EVENT_REPORT("NEventReport");

        private final String suffix;

        Permission(String suffix) {
            this.suffix = suffix;
        }
    }

    Modality {
        permissions = Set.copyOf(permissions);
    }

    /**
     * Reads the option {@code DicomModalities}.
     *
     * @throws IsengardException naming the modality that cannot be understood
     */
    static List<Modality> parse(String json) {
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

    private static Modality parse(String name, JsonNode node) {
        JsonNode aet = node.isArray() ? node.path(0) : node.path("AET");
        JsonNode host = node.isArray() ? node.path(1) : node.path("Host");
        JsonNode port = node.isArray() ? node.path(2) : node.path("Port");
        int number = port.isTextual() ? number(port.textValue()) : port.asInt(-1);
        if (!aet.isTextual() || !host.isTextual() || number < 1 || number > 65_535) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT,
                    "Option \"DicomModalities\": \"" + name + "\" needs AE title, host and port, not " + node);
        }
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (Permission permission : Permission.values()) {
            if (node.path("Allow" + permission.suffix).asBoolean(true)) {
                permissions.add(permission);
            }
        }
        return new Modality(name, aet.textValue(), host.textValue(), number, permissions);
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    }

    /** Whether an association with this address may come from here. */
    boolean hasAddress(InetAddress remote) {
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
