package org.isengard.index;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.api.index.FindRequest.Order;
import org.isengard.dicom.DicomJson.Format;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;

/**
 * The body of {@code /tools/find}.
 *
 * @param request what the index can search
 * @param others conditions on tags that the index does not keep at this level or above, or that are computed
 * @param view how to describe what is found, null for identifiers only
 */
record FindQuery(FindRequest request, List<Constraint> others, ResourceView view) {
    /** The only ones that may have wildcards (PS3.4 section C.2.2.2.4). */
    private static final Set<VR> WITH_WILDCARDS =
            EnumSet.of(VR.AE, VR.CS, VR.LO, VR.LT, VR.PN, VR.SH, VR.ST, VR.UC, VR.UR, VR.UT);

    private static final Set<VR> WITH_RANGES = EnumSet.of(VR.DA, VR.DT, VR.TM);

    static FindQuery parse(JsonNode body, RequestedTags tags, Dictionary dictionary, boolean caseSensitiveDefault) {
        require(body.isObject(), "The body must be a JSON object");
        require(body.path("Level").isTextual(), "\"Level\" must be a text");
        require(body.path("Query").isObject(), "\"Query\" must be an object");
        ResourceLevel level = ResourceLevel.of(body.path("Level").asText())
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "No such level: " + body.path("Level").asText()));
        boolean caseSensitive = flag(body, "CaseSensitive", caseSensitiveDefault);
        Case rule = new Case(flag(body, "CaseSensitivePN", caseSensitive), caseSensitive);
        List<Constraint> main = new ArrayList<>();
        List<Constraint> others = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : body.path("Query").properties()) {
            require(field.getValue().isTextual(), "\"Query\" must have texts");
            constraint(field.getKey(), field.getValue().asText(), rule, dictionary)
                    .ifPresent(constraint ->
                            (isSearchable(tags, level, constraint.tag()) ? main : others).add(constraint));
        }
        FindRequest request = new FindRequest(
                level,
                within(body),
                main,
                new LinkedHashSet<>(texts(body, "Labels")),
                labelsConstraint(body),
                metadata(body),
                order(body, dictionary),
                count(body, "Since"),
                count(body, "Limit"),
                Set.of());
        return new FindQuery(request, others, view(body, dictionary));
    }

    private static boolean isSearchable(RequestedTags tags, ResourceLevel level, int tag) {
        return tag == FindSql.MODALITIES_IN_STUDY || ComputedTag.of(tag).isEmpty() && !tags.isOnlyInFile(level, tag);
    }

    /** Whether the case counts, in names of persons and in other text; the first only for the DICOM services. */
    private record Case(boolean names, boolean others) {
        /** What has no letters need not be looked at twice. */
        boolean counts(VR vr, String value) {
            return (vr == VR.PN ? names : others) && value.chars().anyMatch(Character::isLetter);
        }
    }

    /** Reads one condition as DICOM has them; empty when it matches everything. */
    private static Optional<Constraint> constraint(String name, String value, Case rule, Dictionary dictionary) {
        OptionalInt parsed = Tags.parse(name, dictionary);
        if (parsed.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "No such tag: " + name);
        }
        int tag = parsed.getAsInt();
        VR vr = dictionary.vrOf(tag, null);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        boolean caseSensitive = rule.counts(vr, value);
        int hyphen = value.indexOf('-');
        if (hyphen >= 0 && WITH_RANGES.contains(vr)) {
            List<String> ends = List.of(
                    value.substring(0, hyphen).strip(),
                    value.substring(hyphen + 1).strip());
            return Optional.of(new Constraint(tag, Match.RANGE, ends, caseSensitive, true));
        }
        boolean wildcard = value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
        if (wildcard && !WITH_WILDCARDS.contains(vr)) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "No wildcards in " + name + ", whose representation is " + vr);
        }
        if (value.indexOf('\\') >= 0 || tag == FindSql.MODALITIES_IN_STUDY) {
            return Optional.of(new Constraint(tag, Match.LIST, List.of(value.split("\\\\", -1)), caseSensitive, true));
        }
        if (value.equals("*")) {
            return Optional.empty();
        }
        return Optional.of(
                new Constraint(tag, wildcard ? Match.WILDCARD : Match.EQUAL, List.of(value), caseSensitive, true));
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
            switch (one.path("Type").asText()) {
                case "DicomTag" ->
                    orders.add(new Order(
                            ResourceView.tags(List.of(key), dictionary).get(0), null, direction.equals("ASC")));
                case "Metadata" -> orders.add(new Order(0, key, direction.equals("ASC")));
                default ->
                    throw new IsengardException(
                            ErrorCode.BAD_REQUEST, "\"Type\" of an order must be DicomTag or Metadata");
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

    static List<String> texts(JsonNode body, String name) {
        JsonNode node = body.path(name);
        require(node.isMissingNode() || node.isArray(), "\"" + name + "\" must be an array of texts");
        List<String> texts = new ArrayList<>();
        for (JsonNode text : node) {
            require(text.isTextual(), "\"" + name + "\" must be an array of texts");
            texts.add(text.asText());
        }
        return texts;
    }

    static boolean flag(JsonNode body, String name, boolean otherwise) {
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
