package org.isengard.index.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Metadata;
import org.isengard.rest.kit.Json;

/**
 * The numbers by which metadata and attachments are stored, with the names they have in the REST API: Orthanc's own
 * below 1024, those of the configuration (UserMetadata, UserContentType) from 1024 to 65535.
 */
public final class NamedNumbers {
    public static final int FIRST_USER = 1024;

    private static final int LAST_USER = 65535;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    private NamedNumbers(Map<Integer, String> own, String option, String json) {
        own.forEach(this::add);
        try {
            JsonNode configured = Json.MAPPER.readTree(json.isBlank() ? "{}" : json);
            configured.properties().forEach(entry -> {
                // A content type may be given as [number, MIME type].
                JsonNode number = entry.getValue().isArray() ? entry.getValue().path(0) : entry.getValue();
                if (!number.canConvertToInt() || number.intValue() < FIRST_USER || number.intValue() > LAST_USER) {
                    throw new IsengardException(
                            ErrorCode.PARAMETER_OUT_OF_RANGE,
                            option + ": the number of \"" + entry.getKey() + "\" must be from 1024 to 65535");
                }
                add(number.intValue(), entry.getKey());
            });
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, option + " is not a JSON object", e);
        }
    }

    private void add(int number, String name) {
        if (names.putIfAbsent(number, name) != null || numbers.putIfAbsent(name, number) != null) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "Two definitions of \"" + name + "\" or of number " + number);
        }
    }

    public static NamedNumbers metadata(String userMetadata) {
        Map<Integer, String> own = new HashMap<>();
        List<String> inOrder = List.of(
                Metadata.INDEX_IN_SERIES,
                Metadata.RECEPTION_DATE,
                Metadata.REMOTE_AET,
                Metadata.EXPECTED_NUMBER_OF_INSTANCES,
                Metadata.MODIFIED_FROM,
                Metadata.ANONYMIZED_FROM,
                Metadata.LAST_UPDATE,
                Metadata.ORIGIN,
                Metadata.TRANSFER_SYNTAX,
                Metadata.SOP_CLASS_UID,
                Metadata.REMOTE_IP,
                Metadata.CALLED_AET,
                Metadata.HTTP_USERNAME,
                Metadata.PIXEL_DATA_OFFSET,
                Metadata.MAIN_DICOM_TAGS_SIGNATURE,
                Metadata.MAIN_DICOM_SEQUENCES,
                Metadata.PIXEL_DATA_VR,
                Metadata.HTTP_HOST);
        for (int i = 0; i < inOrder.size(); i++) {
            own.put(i + 1, inOrder.get(i));
        }
        return new NamedNumbers(own, "UserMetadata", userMetadata);
    }

    public static NamedNumbers attachments(String userContentType) {
        return new NamedNumbers(
                Map.of(1, Attachment.DICOM, 2, "dicom-as-json", 3, Attachment.DICOM_UNTIL_PIXEL_DATA),
                "UserContentType",
                userContentType);
    }

    /** {@return the number of a name, or of a number written as text} */
    public Optional<Integer> number(String name) {
        Integer number = numbers.get(name);
        if (number != null) {
            return Optional.of(number);
        }
        if (name.isEmpty() || name.length() > 5 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int value = Integer.parseInt(name);
        return value <= LAST_USER ? Optional.of(value) : Optional.empty();
    }

    public int require(String name) {
        return number(name)
                .orElseThrow(() -> new IsengardException(ErrorCode.INEXISTENT_ITEM, "Unknown name: " + name));
    }

    public String name(int number) {
        String name = names.get(number);
        return name == null ? Integer.toString(number) : name;
    }
}
