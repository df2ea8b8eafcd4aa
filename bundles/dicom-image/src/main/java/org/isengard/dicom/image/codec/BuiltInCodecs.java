package org.isengard.dicom.image.codec;

import java.util.List;
import org.isengard.dicom.image.Codecs;

/** The codecs of this library. */
public final class BuiltInCodecs {
    private static final Codecs CODECS = new Codecs(
            List.of(
                    new RleDecoder(),
                    new JpegLosslessDecoder(),
                    new JpegLsDecoder(),
                    new JpegSequentialDecoder(new JpegBaselineDecoder()),
                    new Jpeg2000Decoder()),
            List.of(
                    new RleEncoder(),
                    new JpegLosslessEncoder(),
                    new JpegLsEncoder(),
                    new JpegSequentialEncoder(),
                    new Jpeg2000LosslessEncoder()));

    private BuiltInCodecs() {}

    /** {@return all of them, the preferred ones first} */
    public static Codecs codecs() {
        return CODECS;
    }
}
