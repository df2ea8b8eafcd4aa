package org.isengard.scripting;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.ingest.Source;
import org.isengard.api.net.Requestor;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.runtime.Json;

/** The arguments of callbacks, as JSON with the fields that Orthanc gives. */
final class CallbackArguments {
    private CallbackArguments() {}

    /** A data set by names, as {@code simplified-tags}. */
    static String tags(Attributes dataset, Dictionary dictionary) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            DicomJson.write(
                    json,
                    dataset,
                    DicomJson.Format.SIMPLIFIED,
                    JsonOptions.defaults().withDictionary(dictionary));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static String mainTags(Map<Integer, String> tags, Dictionary dictionary) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        tags.forEach((tag, value) -> {
            String name = dictionary.nameOf(tag, null);
            json.put(name == null ? Tags.toString(tag) : name, value);
        });
        return json.toString();
    }

    static String metadata(Map<String, MetadataValue> metadata) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        metadata.forEach((name, value) -> json.put(name, value.value()));
        return json.toString();
    }

    static String origin(Source source) {
        Caller caller = source.caller();
        return origin(
                caller.origin().label(), caller.remoteIp(), caller.username(), source.remoteAet(), source.calledAet());
    }

    /** The origin of a stored instance, from what was recorded then. */
    static String origin(Map<String, MetadataValue> metadata) {
        return origin(
                value(metadata, Metadata.ORIGIN),
                value(metadata, Metadata.REMOTE_IP),
                value(metadata, Metadata.HTTP_USERNAME),
                value(metadata, Metadata.REMOTE_AET),
                value(metadata, Metadata.CALLED_AET));
    }

    private static String value(Map<String, MetadataValue> metadata, String name) {
        MetadataValue value = metadata.get(name);
        return value == null ? "" : value.value();
    }

    private static String origin(String origin, String ip, String username, String remoteAet, String calledAet) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("RequestOrigin", origin);
        if (origin.equals(Caller.Origin.REST_API.label())) {
            json.put("RemoteIp", ip).put("Username", username);
        } else if (origin.equals(Caller.Origin.DICOM_PROTOCOL.label())) {
            json.put("RemoteIp", ip).put("RemoteAet", remoteAet).put("CalledAet", calledAet);
        }
        return json.toString();
    }

    static String info(DicomFile header) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("HasPixelData", header.pixelDataVR() != null)
                .put("TransferSyntaxUID", header.transferSyntax().uid())
                .toString();
    }

    static String requestor(Requestor requestor) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("RemoteIp", requestor.remoteIp())
                .put("RemoteAet", requestor.remoteAet())
                .put("CalledAet", requestor.calledAet())
                .put("Manufacturer", requestor.manufacturer())
                .toString();
    }

    /** A query by tags such as {@code 0010,0010}; sequences are left out. */
    static String query(Attributes query) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Element element : query) {
            if (element.vr().isString() || element.vr().isText()) {
                json.put(Tags.toString(element.tag()), String.join("\\", query.getStrings(element.tag())));
            }
        }
        return json.toString();
    }

    static String headers(Map<String, String> headers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        headers.forEach(json::put);
        return json.toString();
    }
}
