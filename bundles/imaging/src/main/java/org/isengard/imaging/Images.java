package org.isengard.imaging;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.image.Codecs;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The images of stored instances. Decoded frames are kept up to a bound, and so are the last files looked at, since
 * viewers ask for one frame of a file after the other.
 */
@Component(
        service = {Images.class, InstanceImages.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Images implements InstanceImages {
    @interface Config {
        /** Memory for decoded frames, in MB. */
        int MaximumFrameCacheSize();
    }

    private static final int KEPT_FILES = 32;
    private static final long MAX_KEPT_HEADER = 1 << 20;

    /** Memory of a decoding as a multiple of the decoded frame: the stream, work space and the picture made of it. */
    private static final int COPIES = 4;

    /** Half of the memory there is, in MiB. */
    private static final int MEMORY =
            (int) Math.min(1 << 20, Math.max(64, Runtime.getRuntime().maxMemory() >> 21));

    /** Memory in MiB below which a frame needs no reservation. */
    private static final int LARGE = 32;

    private record Key(String file, int frame) {}

    /**
     * An image and the file it is in, which stays the same as long as there is this identifier.
     *
     * @param file UUID of the attachment
     * @param codecs those that decode it
     */
    public record Stored(String file, DicomImage image, Codecs codecs) {}

    /** Reads from an image. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(Stored stored) throws IOException;
    }

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;
    private final long budget;
    private final Map<Key, Frame> frames = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<String, Stored> images = new LinkedHashMap<>(KEPT_FILES, 0.75f, true);
    private final Map<FrameDecoder, Integer> decoders = new ConcurrentHashMap<>();
    private final Map<FrameEncoder, Integer> encoders = new ConcurrentHashMap<>();
    private final Semaphore memory = new Semaphore(MEMORY, true);
    private long cached;
    private volatile Codecs codecs = BuiltInCodecs.codecs();

    @Activate
    public Images(
            Config config, @Reference Index index, @Reference Attachments attachments, @Reference DicomFiles files) {
        this(index, attachments, files, Math.max(0, Math.min(config.MaximumFrameCacheSize(), 1 << 16)) * (1L << 20));
    }

    /** @param budget memory for decoded frames in bytes */
    Images(Index index, Attachments attachments, DicomFiles files, long budget) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        this.budget = budget;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDecoder(FrameDecoder decoder, Map<String, Object> properties) {
        decoders.put(decoder, ranking(properties));
        rank();
    }

    void removeDecoder(FrameDecoder decoder) {
        decoders.remove(decoder);
        rank();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addEncoder(FrameEncoder encoder, Map<String, Object> properties) {
        encoders.put(encoder, ranking(properties));
        rank();
    }

    void removeEncoder(FrameEncoder encoder) {
        encoders.remove(encoder);
        rank();
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get("service.ranking") instanceof Integer ranking ? ranking : 0;
    }

    private synchronized void rank() {
        codecs = new Codecs(
                ranked(decoders, BuiltInCodecs.codecs().decoders()),
                ranked(encoders, BuiltInCodecs.codecs().encoders()));
        synchronized (images) {
            images.clear();
        }
        synchronized (frames) {
            frames.clear();
            cached = 0;
        }
    }

    /** Services of ranking above 0 come before the built-in codecs, the others behind. */
    private static <T> List<T> ranked(Map<T, Integer> services, List<T> builtIn) {
        List<Map.Entry<T, Integer>> sorted = new ArrayList<>(services.entrySet());
        sorted.sort(Map.Entry.<T, Integer>comparingByValue().reversed());
        List<T> result = new ArrayList<>();
        sorted.stream().filter(e -> e.getValue() > 0).forEach(e -> result.add(e.getKey()));
        result.addAll(builtIn);
        sorted.stream().filter(e -> e.getValue() <= 0).forEach(e -> result.add(e.getKey()));
        return result;
    }

    @Override
    public <T> T use(String instance, Use<T> use) throws IOException {
        return read(instance, stored -> use.read(stored.image));
    }

    @Override
    public Frame decoded(String instance, int number) throws IOException {
        return frame(instance, number).frame();
    }

    @Override
    public Codecs codecs() {
        return codecs;
    }

    private Attachment file(String instance) {
        return index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
    }

    /**
     * Reads from the image of an instance, once more where the file is replaced meanwhile.
     *
     * @throws IsengardException UNKNOWN_RESOURCE when there is no such instance
     * @throws ImageException when it has no image
     */
    public <T> T read(String instance, Reading<T> reading) throws IOException {
        Attachment file = file(instance);
        while (true) {
            try {
                return reading.read(open(file));
            } catch (IOException e) {
                Attachment now = file(instance);
                if (now.uuid().equals(file.uuid())) {
                    throw e;
                }
                file = now;
            }
        }
    }

    /** Each value comes from one query of the index: a second query may answer otherwise. */
    private Stored open(Attachment file) throws IOException {
        synchronized (images) {
            Stored kept = images.get(file.uuid());
            if (kept != null) {
                return kept;
            }
        }
        ReadOptions options = ReadOptions.defaults()
                .withDictionary(files.dictionary())
                .withDefaultCharacterSet(files.headerOptions().defaultCharacterSet())
                .withPixelData(ReadOptions.PixelData.REFERENCE);
        DicomFile dicom;
        try (InputStream in = attachments.open(file, 0)) {
            dicom = DicomReader.read(in, options, start -> attachments.open(file, start));
        }
        Codecs used = codecs;
        Stored stored = new Stored(file.uuid(), DicomImage.of(dicom, used), used);
        if (stored.image.description().frames() > 1 && dicom.pixelDataOffset() < MAX_KEPT_HEADER) {
            synchronized (images) {
                if (used == codecs) {
                    images.put(file.uuid(), stored);
                }
                if (images.size() > KEPT_FILES) {
                    images.remove(images.keySet().iterator().next());
                }
            }
        }
        return stored;
    }

    /** A decoded frame, which must not be changed, and the image it is from. */
    public record Decoded(DicomImage image, int number, Frame frame) {}

    /** Decodes one frame of an instance, or takes it from the cache. */
    public Decoded frame(String instance, int number) throws IOException {
        return read(instance, stored -> frame(stored, number));
    }

    /** Decodes one frame of an image, or takes it from the cache. */
    public Decoded frame(Stored stored, int number) throws IOException {
        DicomImage image = stored.image;
        Key key = new Key(stored.file, number);
        synchronized (frames) {
            Frame frame = frames.get(key);
            if (frame != null) {
                return new Decoded(image, number, frame);
            }
        }
        Frame frame = decode(image, number);
        // Native frames are read as fast as they are copied: only work that was done is worth keeping.
        if (image.transferSyntax().encapsulated()) {
            remember(key, frame, stored.codecs);
        }
        return new Decoded(image, number, frame);
    }

    /** Large frames wait for each other, so that many requests at once cannot take all memory. */
    private Frame decode(DicomImage image, int number) throws IOException {
        long needed = image.description().decodedBytes() * COPIES >> 20;
        if (needed < LARGE) {
            return image.frame(number);
        }
        int permits = (int) Math.min(needed, MEMORY);
        memory.acquireUninterruptibly(permits);
        try {
            return image.frame(number);
        } finally {
            memory.release(permits);
        }
    }

    /** {@return bytes of the frames that are kept} */
    long kept() {
        synchronized (frames) {
            return cached;
        }
    }

    private void remember(Key key, Frame frame, Codecs used) {
        if (frame.size() > budget / 4) {
            return;
        }
        synchronized (frames) {
            if (used != codecs) {
                // Of a codec that is gone, and whose frames were forgotten while it was at work.
                return;
            }
            Frame before = frames.put(key, frame);
            cached += frame.size() - (before == null ? 0 : before.size());
            var eldest = frames.values().iterator();
            while (cached > budget && eldest.hasNext()) {
                cached -= eldest.next().size();
                eldest.remove();
            }
        }
    }
}
