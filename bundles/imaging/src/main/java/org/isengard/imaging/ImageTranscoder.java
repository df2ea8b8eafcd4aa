package org.isengard.imaging;

import java.io.IOException;
import org.isengard.api.image.Transcoder;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Transcoding;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Transcoding with the codecs at hand. */
@Component(configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ImageTranscoder implements Transcoder {
    @interface Config {
        int DicomLossyTranscodingQuality();
    }

    private final Images images;
    private final int quality;

    @Activate
    public ImageTranscoder(Config config, @Reference Images images) {
        this.images = images;
        quality = Math.max(1, Math.min(100, config.DicomLossyTranscodingQuality()));
    }

    @Override
    public DicomFile transcode(DicomFile file, TransferSyntax target, int wanted, boolean newInstance)
            throws IOException {
        int used = wanted > 0 ? Math.min(100, wanted) : quality;
        try {
            return new Transcoding(images.codecs(), target, used, newInstance).transcode(file);
        } catch (ImageException e) {
            throw FrameNumber.translate(e);
        }
    }
}
