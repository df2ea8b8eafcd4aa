package org.isengard.dicomweb.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.storage.DicomModels;
import org.isengard.dicom.Attributes;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The models of DICOMweb for other features, such as the file of an instance. */
@Component(service = DicomModels.class)
public final class InlineModels implements DicomModels {
    private final DicomFiles files;

    @Activate
    public InlineModels(@Reference DicomFiles files) {
        this.files = files;
    }

    @Override
    public void writeJson(OutputStream out, Attributes dataset) throws IOException {
        try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new JsonModelWriter(json, null).write(dataset);
        }
    }

    @Override
    public void writeXml(OutputStream out, Attributes dataset) throws IOException {
        XmlModelWriter.write(out, dataset, files.dictionary(), null);
        out.flush();
    }
}
