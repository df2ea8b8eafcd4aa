package org.isengard.transform.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isengard.transform.Transcoding;

/**
 * The content and the form of an archive.
 *
 * @param resources Orthanc identifiers of any level
 * @param fromSeries names start at the series: nothing above is packed but one series
 * @param media DICOMDIR and short names instead of folders with speaking names
 * @param extended optional keys in the DICOMDIR
 * @param utf8 names keep characters that are not ASCII
 * @param filename for the client that saves the archive
 */
record ArchiveOptions(
        List<String> resources,
        boolean fromSeries,
        boolean media,
        boolean extended,
        boolean utf8,
        Optional<Transcoding.Target> transcode,
        String filename) {
    ArchiveOptions {
        resources = List.copyOf(resources);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        resources.forEach(json.putArray("resources")::add);
        json.put("fromSeries", fromSeries).put("media", media).put("extended", extended);
        json.put("utf8", utf8).put("filename", filename);
        transcode.ifPresent(
                target -> json.put("transcode", target.syntax().uid()).put("quality", target.quality()));
        return json;
    }

    static ArchiveOptions of(JsonNode json) {
        List<String> resources = new ArrayList<>();
        json.required("resources").forEach(id -> resources.add(id.asText()));
        return new ArchiveOptions(
                resources,
                json.path("fromSeries").asBoolean(),
                json.path("media").asBoolean(),
                json.path("extended").asBoolean(),
                json.path("utf8").asBoolean(),
                json.has("transcode")
                        ? Optional.of(Transcoding.Target.of(
                                json.get("transcode").asText(),
                                json.path("quality").asInt()))
                        : Optional.empty(),
                json.path("filename").asText());
    }
}
