package org.isengard.index.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Order;
import org.isengard.api.index.SearchRequest;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson.Format;

/**
 * The body of {@code /tools/find}.
 *
 * @param request the search
 * @param view how to describe what is found, null for identifiers only
 */
public record FindQuery(SearchRequest request, ResourceView view) {
    static FindQuery parse(JsonNode body, Dictionary dictionary, boolean caseSensitiveDefault) {
        require(body.isObject(), "The body must be a JSON object");
        require(body.path("Level").isTextual(), "\"Level\" must be a text");
        require(body.path("Query").isObject(), "\"Query\" must be an object");
        ResourceLevel level = ResourceLevel.of(body.path("Level").asText())
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "No such level: " + body.path("Level").asText()));
        boolean caseSensitive = flag(body, "CaseSensitive", caseSensitiveDefault);
        ResourceView view = view(body, dictionary);
        SearchRequest request = new SearchRequest(
                level,
                within(body),
                query(body, dictionary),
                new SearchRequest.LetterCase(flag(body, "CaseSensitivePN", caseSensitive), caseSensitive),
                new LinkedHashSet<>(texts(body, "Labels")),
                labelsConstraint(body),
                metadata(body),
                order(body, dictionary),
                count(body, "Since"),
                count(body, "Limit"),
                view == null || view.requestedTags() == null ? List.of() : view.requestedTags());
        return new FindQuery(request, view);
    }

    private static Map<Integer, String> query(JsonNode body, Dictionary dictionary) {
        Map<Integer, String> query = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : body.path("Query").properties()) {
            require(field.getValue().isTextual(), "\"Query\" must have texts");
            OptionalInt tag = Tags.parse(field.getKey(), dictionary);
            if (tag.isEmpty()) {
                throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "No such tag: " + field.getKey());
            }
            query.put(tag.getAsInt(), field.getValue().asText());
        }
        return query;
    }

    private static FindRequest.Within within(JsonNode body) {
        FindRequest.Within within = null;
        for (ResourceLevel level : List.of(ResourceLevel.PATIENT, ResourceLevel.STUDY, ResourceLevel.SERIES)) {
            JsonNode parent = body.path("Parent" + level.label());
            if (!parent.isMissingNode()) {
                require(parent.isTextual(), "\"Parent" + level.label() + "\" must be a text");
                // The lowest one given says it all, since a resource has one parent.
                within = new FindRequest.Within(level, parent.asText());
            }
        }
        return within;
    }

    private static FindRequest.LabelsConstraint labelsConstraint(JsonNode body) {
        JsonNode node = body.path("LabelsConstraint");
        if (node.isMissingNode()) {
            return FindRequest.LabelsConstraint.ALL;
        }
        return switch (node.asText()) {
            case "All" -> FindRequest.LabelsConstraint.ALL;
            case "Any" -> FindRequest.LabelsConstraint.ANY;
            case "None" -> FindRequest.LabelsConstraint.NONE;
            default ->
                throw new IsengardException(ErrorCode.BAD_REQUEST, "\"LabelsConstraint\" must be All, Any or None");
        };
    }

    private static Map<String, String> metadata(JsonNode body) {
        Map<String, String> metadata = new LinkedHashMap<>();
        JsonNode node = body.path("MetadataQuery");
        require(node.isMissingNode() || node.isObject(), "\"MetadataQuery\" must be an object");
        node.properties().forEach(field -> {
            require(field.getValue().isTextual(), "\"MetadataQuery\" must have texts");
            metadata.put(field.getKey(), field.getValue().asText());
        });
        return metadata;
    }

    private static List<Order> order(JsonNode body, Dictionary dictionary) {
        List<Order> orders = new ArrayList<>();
        JsonNode node = body.path("OrderBy");
        require(node.isMissingNode() || node.isArray(), "\"OrderBy\" must be an array");
        for (JsonNode one : node) {
            String direction = one.path("Direction").asText();
            require(direction.equals("ASC") || direction.equals("DESC"), "\"Direction\" must be ASC or DESC");
            String key = one.path("Key").asText();
            boolean ascending = direction.equals("ASC");
            String type = one.path("Type").asText();
            FindRequest.Cast cast = type.endsWith("AsInt")
                    ? FindRequest.Cast.INTEGER
                    : type.endsWith("AsFloat") ? FindRequest.Cast.FLOAT : FindRequest.Cast.NONE;
            switch (type) {
                case "DicomTag", "DicomTagAsInt", "DicomTagAsFloat" ->
                    orders.add(new Order(
                            ResourceView.tags(List.of(key), dictionary).get(0), null, cast, ascending));
                case "Metadata", "MetadataAsInt", "MetadataAsFloat" -> orders.add(new Order(0, key, cast, ascending));
                default ->
                    throw new IsengardException(
                            ErrorCode.BAD_REQUEST,
                            "\"Type\" of an order must be DicomTag or Metadata, alone or with AsInt or AsFloat");
            }
        }
        return orders;
    }

    private static ResourceView view(JsonNode body, Dictionary dictionary) {
        Format format = ResourceView.format(name -> flag(body, name.equals("full") ? "Full" : "Short", false));
        List<Integer> requested =
                body.has("RequestedTags") ? ResourceView.tags(texts(body, "RequestedTags"), dictionary) : null;
        if (body.has("ResponseContent")) {
            return new ResourceView(format, ResourceView.content(texts(body, "ResponseContent")), requested);
        }
        return flag(body, "Expand", false)
                ? new ResourceView(format, ResourceView.expanded(format).content(), requested)
                : null;
    }

    public static List<String> texts(JsonNode body, String name) {
        JsonNode node = body.path(name);
        require(node.isMissingNode() || node.isArray(), "\"" + name + "\" must be an array of texts");
        List<String> texts = new ArrayList<>();
        for (JsonNode text : node) {
            require(text.isTextual(), "\"" + name + "\" must be an array of texts");
            texts.add(text.asText());
        }
        return texts;
    }

    public static boolean flag(JsonNode body, String name, boolean otherwise) {
        JsonNode node = body.path(name);
        require(node.isMissingNode() || node.isBoolean(), "\"" + name + "\" must be true or false");
        return node.isMissingNode() ? otherwise : node.booleanValue();
    }

    private static long count(JsonNode body, String name) {
        JsonNode node = body.path(name);
        if (node.isMissingNode()) {
            return 0;
        }
        require(node.isIntegralNumber() && node.canConvertToLong(), "\"" + name + "\" must be a whole number");
        if (node.longValue() < 0) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "\"" + name + "\" must not be negative");
        }
        return node.longValue();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, otherwise);
        }
    }
}
