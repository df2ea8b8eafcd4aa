package org.isengard.imaging;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.ReadOptions;

/** Files of the conformance kit in place of stored instances. */
final class SampleFiles implements DicomFiles {
    private final Map<String, Path> instances = new ConcurrentHashMap<>();

    void put(String instance, Path file) {
        instances.put(instance, file);
    }

    /** {@return an index that knows these instances' files and nothing else} */
    Index index() {
        return (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(), new Class<?>[] {Index.class}, (proxy, method, arguments) -> {
                    if (!"attachment".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    String id = (String) arguments[1];
                    return instances.containsKey(id)
                            ? Optional.of(
                                    new Attachment(id, Attachment.DICOM, 0, "", Attachment.Compression.NONE, 0, "", 0))
                            : Optional.empty();
                });
    }

    /** {@return the same files by their attachments, to be opened only} */
    Attachments attachments() {
        return (Attachments) Proxy.newProxyInstance(
                Attachments.class.getClassLoader(), new Class<?>[] {Attachments.class}, (proxy, method, arguments) -> {
                    if (!"open".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Path file = instances.get(((Attachment) arguments[0]).uuid());
                    if (file == null) {
                        throw new NoSuchFileException("of no instance");
                    }
                    InputStream in = Files.newInputStream(file);
                    in.skipNBytes((long) arguments[1]);
                    return in;
                });
    }

    private Path file(String instance) {
        return Optional.ofNullable(instances.get(instance))
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
    }

    @Override
    public DicomFile header(String instance) throws IOException {
        return DicomReader.read(file(instance), headerOptions());
    }

    @Override
    public DicomFile full(String instance) throws IOException {
        return DicomReader.read(file(instance));
    }

    @Override
    public DicomFile referenced(String instance) throws IOException {
        Path file = file(instance);
        try (InputStream in = Files.newInputStream(file)) {
            return DicomReader.read(
                    in, ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE), offset -> {
                        InputStream again = Files.newInputStream(file);
                        again.skipNBytes(offset);
                        return again;
                    });
        }
    }

    @Override
    public DicomFile parse(byte[] file) throws IOException {
        return DicomReader.read(file);
    }

    @Override
    public ReadOptions headerOptions() {
        return ReadOptions.header();
    }

    @Override
    public Dictionary dictionary() {
        return Dictionary.standard();
    }
}
