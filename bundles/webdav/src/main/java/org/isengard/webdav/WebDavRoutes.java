package org.isengard.webdav;

import jakarta.servlet.Filter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestClient;
import org.isengard.api.storage.Attachments;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.options.Directories;
import org.isengard.webdav.tree.Node;
import org.isengard.webdav.tree.StoredTree;
import org.isengard.webdav.upload.LockTable;
import org.isengard.webdav.upload.UploadFolder;
import org.isengard.webdav.xml.DavRequest;
import org.isengard.webdav.xml.DavXml;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * WebDAV (RFC 4918, classes 1 and 2) below {@code /webdav/}, with the folders of Orthanc's: the stored files to be read and, where
 * it is allowed, to be deleted, and the folder of uploads.
 */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "webdav")
public final class WebDavRoutes extends RoutingFilter {
    @interface Config {
        boolean WebDavEnabled();

        boolean WebDavDeleteAllowed();

        boolean WebDavUploadAllowed();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    private static final String PATH = "/webdav/{path:*}";
    private static final int MOST_ENTRIES = 100_000;
    private static final String DICOM = "application/dicom";
    private static final String JSON = "application/json";
    private static final String METHODS = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCOL, LOCK, UNLOCK";

    private final Index index;
    private final Attachments attachments;
    private final RestClient rest;
    private final StoredTree tree;
    private final UploadCalls uploads;
    private final UploadFolder folder;
    private final boolean deletes;

    @Activate
    public WebDavRoutes(
            Config config,
            @Reference Index index,
            @Reference Attachments attachments,
            @Reference Ingest ingest,
            @Reference RestClient rest,
            @Reference LockTable locks)
            throws IOException {
        super(new Routes());
        this.index = index;
        this.attachments = attachments;
        this.rest = rest;
        tree = new StoredTree(index, MOST_ENTRIES);
        deletes = config.WebDavDeleteAllowed();
        boolean writes = config.WebDavEnabled() && config.WebDavUploadAllowed();
        folder = writes
                ? new UploadFolder(
                        Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                                .index()
                                .resolve("webdav"),
                        ingest,
                        locks)
                : null;
        uploads = new UploadCalls(folder);
        if (config.WebDavEnabled()) {
            declare();
        }
    }

    private void declare() {
        routes().options(
                        PATH,
                        (request, response) -> response.header("DAV", "1, 2")
                                .header("MS-Author-Via", "DAV")
                                .header("Allow", METHODS))
                .get(PATH, this::get)
                .put(PATH, uploads::put)
                .delete(PATH, this::delete)
                .method("PROPFIND", PATH, this::describe)
                .method("PROPPATCH", PATH, uploads::change)
                .method("MKCOL", PATH, uploads::makeFolder)
                .method("LOCK", PATH, uploads::lock)
                .method("UNLOCK", PATH, uploads::unlock)
                .method("MOVE", PATH, WebDavRoutes::refuseMoves)
                .method("COPY", PATH, WebDavRoutes::refuseMoves);
    }

    @Override
    protected void leave() {
        super.leave();
        if (folder != null) {
            folder.close();
        }
    }

    private static void refuseMoves(Request request, Response response) {
        throw DavCall.refuse(
                403, "The names of folders and files come from the DICOM tags: nothing is moved or copied");
    }

    private void get(Request request, Response response) throws IOException {
        List<String> path = DavCall.path(request);
        if (uploads.has(path)) {
            uploads.send(request, response);
            return;
        }
        Node node = tree.find(path).orElseThrow(() -> DavCall.refuse(404, "No such file"));
        switch (node.kind()) {
            case INSTANCE -> {
                if (node.file() == null) {
                    throw DavCall.refuse(404, "The instance has no file");
                }
                DavCall.send(
                        request,
                        response,
                        DICOM,
                        node.file().size(),
                        node.modified(),
                        tag(node),
                        attachments.path(node.file()),
                        offset -> attachments.open(node.file(), offset));
            }
            case STUDY_JSON, SERIES_JSON -> {
                byte[] json = json(node, request);
                DavCall.send(
                        request, response, JSON, json.length, node.modified(), tag(json), Optional.empty(), offset -> {
                            InputStream in = new ByteArrayInputStream(json);
                            in.skipNBytes(offset);
                            return in;
                        });
            }
            default -> throw DavCall.refuse(404, "The path is that of a folder: ask with PROPFIND");
        }
    }

    /** {@return what the REST API says of a study or series} */
    private byte[] json(Node node, Request request) throws IOException {
        ResourceLevel level = node.kind() == Node.Kind.STUDY_JSON ? ResourceLevel.STUDY : ResourceLevel.SERIES;
        RestClient.Answer answer =
                rest.call("GET", level.path(node.id()), Map.of(), new byte[0], request.caller(), true);
        if (answer.status() != 200) {
            throw new IsengardException(
                    answer.status() == 503 ? ErrorCode.SERVICE_UNAVAILABLE : ErrorCode.UNKNOWN_RESOURCE);
        }
        return answer.body();
    }

    private static String tag(Node node) {
        return "\"" + node.file().uuid() + "\"";
    }

    private static String tag(byte[] json) {
        return "\"" + java.util.UUID.nameUUIDFromBytes(json) + "\"";
    }

    private void describe(Request request, Response response) throws IOException {
        int depth = DavCall.depth(request);
        DavRequest asked = DavRequest.parse(request.bytes(DavRequest.LONGEST));
        if (!asked.root().isEmpty() && !asked.root().equals("propfind")) {
            throw DavCall.refuse(400, "The body is no propfind");
        }
        List<String> path = DavCall.path(request);
        boolean waits = uploads.has(path);
        Optional<Node> node = waits ? Optional.empty() : tree.find(path);
        boolean isFolder = waits
                ? uploads.require(request).folder()
                : node.map(Node::isFolder).orElse(false);
        if (!waits && node.isEmpty()) {
            throw DavCall.refuse(404, "No such file or folder");
        }
        if (isFolder && depth > 1) {
            response.status(403).bytes(DavXml.error("propfind-finite-depth"), DavXml.TYPE);
            return;
        }
        DavXml xml = new DavXml(response.status(207).stream(DavXml.TYPE, -1));
        if (waits) {
            uploads.describe(request, xml, asked, depth > 0);
        } else {
            describe(request, xml, asked, path, node.get());
            if (isFolder && depth > 0) {
                children(request, xml, asked, path, node.get());
            }
        }
        xml.end();
    }

    private void children(Request request, DavXml xml, DavRequest asked, List<String> path, Node folder)
            throws IOException {
        try {
            tree.children(folder, child -> {
                List<String> below = new ArrayList<>(path);
                below.add(child.name());
                try {
                    describe(request, xml, asked, below, child);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (folder.kind() == Node.Kind.ROOT && uploads.isAllowed()) {
            List<String> below = List.of(UploadCalls.FOLDER);
            xml.resource(
                    DavXml.href(below, true), DavCall.properties(UploadCalls.FOLDER, Instant.now(), "", 0, ""), asked);
        }
    }

    private void describe(Request request, DavXml xml, DavRequest asked, List<String> path, Node node)
            throws IOException {
        Map<String, String> properties;
        if (node.isFolder()) {
            properties = DavCall.properties(node.name(), node.modified(), "", 0, "");
        } else if (node.kind() == Node.Kind.INSTANCE) {
            properties = node.file() == null
                    ? DavCall.properties(node.name(), node.modified(), DICOM, 0, "")
                    : DavCall.properties(
                            node.name(), node.modified(), DICOM, node.file().size(), tag(node));
        } else {
            byte[] json = json(node, request);
            properties = DavCall.properties(node.name(), node.modified(), JSON, json.length, tag(json));
        }
        properties.put("supportedlock", "");
        properties.put("lockdiscovery", "");
        xml.resource(DavXml.href(path, node.isFolder()), properties, asked);
    }

    private void delete(Request request, Response response) throws IOException {
        List<String> path = DavCall.path(request);
        if (uploads.has(path)) {
            uploads.delete(request, response);
            return;
        }
        if (!deletes) {
            throw DavCall.refuse(403, "WebDavDeleteAllowed does not allow deletions");
        }
        Node node = tree.find(path).orElseThrow(() -> DavCall.refuse(404, "No such file or folder"));
        switch (node.kind()) {
            case PATIENT, STUDY, SERIES, INSTANCE ->
                index.delete(node.kind().level(), node.id())
                        .orElseThrow(() -> DavCall.refuse(404, "No such file or folder"));
            case YEAR, MONTH -> deleteStudies(node);
            default -> throw DavCall.refuse(403, "A view cannot be deleted as a whole, nor its descriptions");
        }
        attachments.collectGarbage();
        response.status(204);
    }

    private void deleteStudies(Node date) {
        List<Node> below = new ArrayList<>();
        tree.children(date, below::add);
        for (Node child : below) {
            if (child.kind() == Node.Kind.MONTH) {
                deleteStudies(child);
            } else {
                index.delete(child.kind().level(), child.id());
            }
        }
    }
}
