package org.isengard.networking.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;

/** An instance as other systems name it: an item of Referenced SOP Sequence (0008,1199). */
public record SopReference(String sopClass, String sopInstance) {
    /**
     * Reads an object with {@code SOPClassUID} and {@code SOPInstanceUID}, or an array of the two.
     *
     * @throws IsengardException BAD_FILE_FORMAT for anything else
     */
    public static SopReference read(JsonNode json) {
        JsonNode sopClass = json.isArray() ? json.path(0) : json.path("SOPClassUID");
        JsonNode sopInstance = json.isArray() ? json.path(1) : json.path("SOPInstanceUID");
        if (!sopClass.isTextual() || !sopInstance.isTextual()) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "\"SOPClassUID\" and \"SOPInstanceUID\" are expected: " + json);
        }
        return new SopReference(sopClass.textValue(), sopInstance.textValue());
    }

    /** @param array of what {@link #read(JsonNode)} takes */
    public static List<SopReference> readAll(JsonNode array) {
        List<SopReference> references = new ArrayList<>();
        array.forEach(one -> references.add(read(one)));
        return references;
    }

    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("SOPClassUID", sopClass)
                .put("SOPInstanceUID", sopInstance);
    }

    /** {@return the items of a sequence of references, empty when it is not there} */
    public static List<SopReference> of(Attributes dataSet, int sequence) {
        List<SopReference> references = new ArrayList<>();
        Sequence items = dataSet == null ? null : dataSet.getSequence(sequence);
        if (items != null) {
            items.forEach(item -> references.add(new SopReference(
                    item.getString(Tag.ReferencedSOPClassUID, ""), item.getString(Tag.ReferencedSOPInstanceUID, ""))));
        }
        return references;
    }

    public static void put(Attributes dataSet, int tag, Collection<SopReference> references) {
        Sequence sequence = dataSet.newSequence(tag);
        references.forEach(reference -> reference.describe(sequence.newItem()));
    }

    public void describe(Attributes item) {
        item.setString(Tag.ReferencedSOPClassUID, VR.UI, sopClass);
        item.setString(Tag.ReferencedSOPInstanceUID, VR.UI, sopInstance);
    }
}
