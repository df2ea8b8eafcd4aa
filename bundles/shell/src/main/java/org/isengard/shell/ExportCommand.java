package org.isengard.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.storage.Attachments;
import org.isengard.dicom.Tag;

/** Writes the DICOM files of a resource, or of all, below a directory: patient / study / series / instance.dcm. */
@Service
@Command(
        scope = "isengard",
        name = "export",
        description = "Writes the DICOM files of a patient, study, series or instance, or of all, to a directory")
public final class ExportCommand extends ServerCommand {
    private static final int PAGE = 200;
    private static final int MAX_NAME = 100;
    private static final List<ResourceLevel> LEVELS =
            List.of(ResourceLevel.PATIENT, ResourceLevel.STUDY, ResourceLevel.SERIES, ResourceLevel.INSTANCE);
    private static final Map<ResourceLevel, Integer> IDENTIFYING = Map.of(
            ResourceLevel.PATIENT, Tag.PatientID,
            ResourceLevel.STUDY, Tag.StudyInstanceUID,
            ResourceLevel.SERIES, Tag.SeriesInstanceUID);

    @Argument(name = "resource", required = true, description = "Orthanc identifier of a resource, or: all")
    private String resource;

    @Argument(index = 1, name = "directory", required = true, description = "Where to; made if it is not there")
    @Completion(FileCompleter.class)
    private String directory;

    private Index index;

    private Attachments attachments;

    @Override
    void run() throws IOException, InterruptedException {
        index = service(Index.class);
        attachments = service(Attachments.class);
        FindRequest request = FindRequest.all(ResourceLevel.INSTANCE, Set.of(FindRequest.Part.TAGS));
        if (!"all".equals(resource)) {
            ResourceLevel level = LEVELS.stream()
                    .filter(l -> index.exists(l, resource))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no resource " + resource));
            request = request.within(level, resource);
        }
        Path root = Files.createDirectories(Path.of(directory));
        PrintStream out = session().getConsole();
        long seen = 0;
        long written = 0;
        long bytes = 0;
        List<Resource> page = index.find(request.page(0, PAGE));
        while (!page.isEmpty()) {
            for (Resource instance : page) {
                Optional<Attachment> file = index.attachment(ResourceLevel.INSTANCE, instance.id(), Attachment.DICOM);
                if (file.isPresent()) {
                    write(file.get(), place(root, instance));
                    written++;
                    bytes += file.get().size();
                } else {
                    out.println("Instance " + instance.id() + " has no file");
                }
                seen++;
            }
            out.println(written + " files, " + (bytes >> 20) + " MiB");
            page = index.find(request.page(seen, PAGE));
        }
    }

    private Path place(Path root, Resource instance) throws IOException {
        Path place = root;
        for (ResourceLevel level : LEVELS.subList(0, 3)) {
            String id =
                    index.ancestor(ResourceLevel.INSTANCE, instance.id(), level).orElseThrow();
            Resource ancestor =
                    index.get(level, id, Set.of(FindRequest.Part.TAGS)).orElseThrow();
            String name = ancestor.tags().getOrDefault(level, Map.of()).getOrDefault(IDENTIFYING.get(level), "");
            place = place.resolve(name(name, id));
        }
        Files.createDirectories(place);
        String uid =
                instance.tags().getOrDefault(ResourceLevel.INSTANCE, Map.of()).getOrDefault(Tag.SOPInstanceUID, "");
        return place.resolve(name(uid, instance.id()) + ".dcm");
    }

    /** Names come from outside: nothing of them may lead out of the directory. */
    private static String name(String text, String otherwise) {
        String name = text.replaceAll("[^A-Za-z0-9._-]", "_");
        boolean unfit = name.isEmpty() || name.startsWith(".") || name.length() > MAX_NAME;
        return unfit ? otherwise.toLowerCase(Locale.ROOT) : name;
    }

    /** A file that is there is whole. */
    private void write(Attachment attachment, Path target) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
        try (InputStream in = attachments.open(attachment, 0)) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
