package org.isengard.networking.scu;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.image.Transcoder;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.networking.remote.SopReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Stored instances as they go over the network. */
@Component(service = StoredInstances.class)
public final class StoredInstances {
    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Transcoder transcoder;

    @Activate
    public StoredInstances(@Reference Index index, @Reference Attachments attachments, @Reference DicomFiles files) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
    }

    public Index index() {
        return index;
    }

    public DicomFiles files() {
        return files;
    }

    /** {@return SOP classes and transfer syntaxes of instances, as far as the index knows them} */
    public Set<InstanceSender.Kind> kinds(List<String> instances) {
        Set<InstanceSender.Kind> kinds = new LinkedHashSet<>();
        for (String instance : instances) {
            Map<String, MetadataValue> metadata = index.metadata(ResourceLevel.INSTANCE, instance);
            MetadataValue sopClass = metadata.get(Metadata.SOP_CLASS_UID);
            MetadataValue syntax = metadata.get(Metadata.TRANSFER_SYNTAX);
            if (sopClass != null && syntax != null) {
                kinds.add(new InstanceSender.Kind(sopClass.value(), syntax.value()));
            }
        }
        return kinds;
    }

    /** @throws IsengardException UNKNOWN_RESOURCE when it is not stored, or not any more */
    public Attachment file(String instance) {
        Optional<Attachment> file = index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM);
        return file.orElseThrow(() ->
                new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "Instance " + instance + " is not stored any more"));
    }

    public InputStream open(String instance) throws IOException {
        return attachments.open(file(instance), 0);
    }

    /** {@return how other systems name an instance} */
    public SopReference reference(String instance) throws IOException {
        Attributes header = files.dataset(instance);
        return new SopReference(header.getString(Tag.SOPClassUID, ""), header.getString(Tag.SOPInstanceUID, ""));
    }

    public InstanceSender.Content content(String instance) {
        return new InstanceSender.Content() {
            private DicomFile header;

            @Override
            public DicomFile header() throws IOException {
                if (header == null) {
                    header = files.header(instance);
                }
                return header;
            }

            @Override
            public InputStream dataSet() throws IOException {
                return attachments.open(file(instance), header().datasetOffset());
            }

            @Override
            public DicomFile transcoded(TransferSyntax target) throws IOException {
                return transcode(files.referenced(instance), target, false);
            }
        };
    }

    /** @param newInstance a lossy encoding sets a new SOP Instance UID */
    public DicomFile transcode(DicomFile file, TransferSyntax target, boolean newInstance) throws IOException {
        if (!file.transferSyntax().encapsulated() && !target.encapsulated()) {
            return new DicomFile(file.meta(), file.dataset(), target, 0, -1, file.pixelDataVR());
        }
        Transcoder service = transcoder;
        if (service == null) {
            throw new IsengardException(
                    ErrorCode.NOT_IMPLEMENTED,
                    "No transcoder is installed for " + file.transferSyntax().name() + " to " + target.name());
        }
        return service.transcode(file, target, 0, newInstance);
    }
}
