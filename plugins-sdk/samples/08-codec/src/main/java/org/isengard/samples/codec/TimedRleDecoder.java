package org.isengard.samples.codec;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.RestRoutes;
import org.isengard.api.rest.Router;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Takes the place of the decoder of RLE images, measures it, and tells at {@code GET /rle-decoder}. A codec of your own
 * would turn the bytes into a {@link Frame} itself instead of asking the built-in one.
 */
@Plugin(id = "rle-decoder", version = "1.0", description = "Measures the decoding of RLE images")
@Component
@ServiceRanking(10)
public final class TimedRleDecoder implements FrameDecoder, RestRoutes {
    private static final TransferSyntax RLE = TransferSyntax.of("1.2.840.10008.1.2.5");

    private final FrameDecoder builtIn = BuiltInCodecs.codecs().decoder(RLE).orElseThrow();
    private final LongAdder frames = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    @Activate
    public TimedRleDecoder() {
        // Found by its services.
    }

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(RLE.uid());
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription description) throws IOException {
        long start = System.nanoTime();
        Frame frame = builtIn.decode(stream, description);
        nanos.add(System.nanoTime() - start);
        frames.increment();
        return frame;
    }

    @Override
    public void declare(Router router) {
        router.get(
                "/rle-decoder",
                (request, response) -> response.json(json -> {
                    json.writeStartObject();
                    json.writeNumberField("Frames", frames.sum());
                    json.writeNumberField("Milliseconds", nanos.sum() / 1_000_000.0);
                    json.writeEndObject();
                }));
    }
}
