package org.isengard.api.index;

import java.util.List;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.orthanc.ResourceIds;

/**
 * An instance whose file is durably in the storage area and that shall be recorded.
 *
 * @param ids Orthanc identifiers of the four levels
 * @param dataset at least everything before pixel data; the index takes its main tags from it
 * @param metadata of the instance: ReceptionDate, Origin, TransferSyntax, SopClassUid, RemoteAET, ...
 * @param parentMetadata metadata to set on the other levels, such as AnonymizedFrom
 * @param attachments its files
 * @param overwrite replace an instance of the same identifier
 */
public record NewInstance(
        ResourceIds ids,
        Attributes dataset,
        Map<String, String> metadata,
        Map<ResourceLevel, Map<String, String>> parentMetadata,
        List<Attachment> attachments,
        boolean overwrite) {
    public NewInstance {
        metadata = Map.copyOf(metadata);
        parentMetadata = Map.copyOf(parentMetadata);
        attachments = List.copyOf(attachments);
    }
}
