package org.isengard.samples.refuse;

import java.util.Set;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.ingest.Source;
import org.isengard.api.plugin.Plugin;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Keeps out instances of some modalities, whichever way they come. Which ones stands in the section of the plugin in
 * the server's configuration, and may change while the server works:
 *
 * <pre>"refuse-modalities" : { "Modalities" : [ "SR", "PR" ] }</pre>
 */
@Plugin(id = "refuse-modalities", version = "1.0", description = "Keeps instances of some modalities out")
@Component(configurationPid = "isengard.plugin.refuse-modalities")
public final class ModalityFilter implements IncomingFilter {
    /** The options of the section, by their names. */
    @interface Config {
        String[] Modalities() default {};
    }

    private final Set<String> refused;

    @Activate
    public ModalityFilter(Config config) {
        refused = Set.of(config.Modalities());
    }

    @Override
    public boolean accept(DicomFile header, Source source) {
        return !refused.contains(header.dataset().getString(Tag.Modality, ""));
    }
}
