package org.isengard.webdav;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.webdav.upload.LockTable;
import org.isengard.webdav.upload.LockTable.Lock;
import org.isengard.webdav.upload.UploadFolder;
import org.isengard.webdav.upload.UploadFolder.Upload;
import org.isengard.webdav.xml.DavName;
import org.isengard.webdav.xml.DavRequest;
import org.isengard.webdav.xml.DavXml;

/** The methods that write, in the folder of uploads; paths are below {@code /webdav}. */
final class UploadCalls {
    /** Name of the folder of uploads. */
    static final String FOLDER = "uploads";

    private static final Pattern TIMEOUT = Pattern.compile("Second-(\\d{1,10})");

    /** Namespace of the times that Explorer sets after each file; they end with the file, which the server stores. */
    private static final String WINDOWS = "urn:schemas-microsoft-com:";

    private static final String LOCKS = "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/>"
            + "</D:locktype></D:lockentry><D:lockentry><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/>"
            + "</D:locktype></D:lockentry>";

    private final UploadFolder uploads;

    /** @param uploads null where uploads are not allowed */
    UploadCalls(UploadFolder uploads) {
        this.uploads = uploads;
    }

    boolean isAllowed() {
        return uploads != null;
    }

    /** {@return whether a path is that of the folder of uploads or below} */
    boolean has(List<String> path) {
        return uploads != null && !path.isEmpty() && path.get(0).equals(FOLDER);
    }

    /** {@return the path below the folder of uploads} */
    private List<String> below(Request request) {
        List<String> path = DavCall.path(request);
        if (!has(path)) {
            throw DavCall.refuse(
                    403,
                    uploads == null
                            ? "WebDavUploadAllowed does not allow uploads"
                            : "Only the folder /webdav/uploads can be written");
        }
        return path.subList(1, path.size());
    }

    private static String condition(Request request) {
        return request.header("If").orElse("");
    }

    Upload require(Request request) throws IOException {
        return uploads.find(request.caller(), below(request)).orElseThrow(() -> DavCall.refuse(404, "No such file"));
    }

    void put(Request request, Response response) throws IOException {
        List<String> path = below(request);
        if (request.header("Content-Range").isPresent()) {
            throw DavCall.refuse(400, "A file is put as a whole (RFC 9110 section 14.4)");
        }
        if (request.header("If-None-Match").isPresent()
                && uploads.find(request.caller(), path).isPresent()) {
            throw DavCall.refuse(412, "The file is there already");
        }
        boolean added = uploads.put(request.caller(), path, condition(request), request.body());
        response.status(added ? 201 : 204);
    }

    void makeFolder(Request request, Response response) throws IOException {
        List<String> path = below(request);
        if (request.bytes(1 << 16).length > 0) {
            throw DavCall.refuse(415, "MKCOL has no body here");
        }
        uploads.makeFolder(request.caller(), path, condition(request));
        response.status(201);
    }

    void delete(Request request, Response response) throws IOException {
        uploads.delete(request.caller(), require(request), condition(request));
        response.status(204);
    }

    void send(Request request, Response response) throws IOException {
        Upload upload = require(request);
        if (upload.folder()) {
            throw DavCall.refuse(404, "The path is that of a folder: ask with PROPFIND");
        }
        DavCall.send(
                request,
                response,
                "application/octet-stream",
                upload.length(),
                upload.modified(),
                upload.tag(),
                Optional.of(upload.place()),
                null);
    }

    void lock(Request request, Response response) throws IOException {
        List<String> path = below(request);
        byte[] body = request.bytes(DavRequest.LONGEST);
        Lock lock;
        List<Integer> made = new ArrayList<>();
        if (body.length == 0) {
            Set<String> tokens = LockTable.tokens(condition(request));
            lock = uploads.refresh(request.caller(), path, tokens, seconds(request))
                    .orElseThrow(() -> DavCall.refuse(412, "The header If names no lock of the resource"));
        } else {
            DavRequest asked = DavRequest.parse(body);
            int depth = DavCall.depth(request);
            if (!asked.root().equals("lockinfo") || asked.says("exclusive") == asked.says("shared") || depth == 1) {
                throw DavCall.refuse(400, "A lock is exclusive or shared, of depth 0 or infinity");
            }
            lock = uploads.lock(
                    request.caller(),
                    path,
                    asked.says("exclusive"),
                    depth > 0,
                    asked.owner(),
                    seconds(request),
                    () -> made.add(1));
            response.header("Lock-Token", "<" + lock.token() + ">");
        }
        response.status(made.isEmpty() ? 200 : 201).bytes(DavXml.lock(xml(lock)), DavXml.TYPE);
    }

    private static String xml(Lock lock) {
        // The first segment stands for the user, in whose view the folder is.
        List<String> path = new ArrayList<>(lock.path());
        path.set(0, FOLDER);
        return lock.xml(DavXml.href(path, false));
    }

    private static long seconds(Request request) {
        Matcher m = TIMEOUT.matcher(request.header("Timeout").orElse(""));
        return m.find() ? Long.parseLong(m.group(1)) : Long.MAX_VALUE;
    }

    void unlock(Request request, Response response) {
        String token = request.header("Lock-Token").map(String::strip).orElse("");
        if (token.length() < 3 || !token.startsWith("<") || !token.endsWith(">")) {
            throw DavCall.refuse(400, "UNLOCK needs the header Lock-Token");
        }
        if (!uploads(request).unlock(request.caller(), below(request), token.substring(1, token.length() - 1))) {
            throw DavCall.refuse(409, "The resource has no such lock");
        }
        response.status(204);
    }

    private UploadFolder uploads(Request request) {
        below(request);
        return uploads;
    }

    /** No property can be changed but the times of Windows, which the server does not keep as the file does not stay. */
    void change(Request request, Response response) throws IOException {
        List<String> path = below(request);
        DavRequest asked = DavRequest.parse(request.bytes(DavRequest.LONGEST));
        if (!asked.root().equals("propertyupdate")) {
            throw DavCall.refuse(400, "The body is no propertyupdate");
        }
        Upload upload = require(request);
        uploads.check(request.caller(), path, condition(request), upload.tag(), false);
        Map<Boolean, List<DavName>> names = asked.properties().stream()
                .distinct()
                .collect(Collectors.partitioningBy(one -> one.namespace().equals(WINDOWS)));
        DavXml xml = new DavXml(response.status(207).stream(DavXml.TYPE, -1));
        xml.changes(DavXml.href(DavCall.path(request), upload.folder()), names.get(true), names.get(false));
        xml.end();
    }

    /** Writes the properties of a file or folder, and of what is in it. */
    void describe(Request request, DavXml xml, DavRequest asked, boolean deep) throws IOException {
        Upload upload = require(request);
        describe(request, xml, asked, upload);
        if (deep && upload.folder()) {
            for (Upload child : uploads.children(upload)) {
                describe(request, xml, asked, child);
            }
        }
    }

    private void describe(Request request, DavXml xml, DavRequest asked, Upload upload) throws IOException {
        List<String> path = new ArrayList<>(List.of(FOLDER));
        path.addAll(upload.path());
        Map<String, String> properties = new LinkedHashMap<>(DavCall.properties(
                path.get(path.size() - 1),
                upload.modified(),
                upload.folder() ? "" : "application/octet-stream",
                upload.length(),
                upload.tag()));
        properties.put("supportedlock", LOCKS);
        properties.put(
                "lockdiscovery",
                uploads.locks(request.caller(), upload.path()).stream()
                        .map(UploadCalls::xml)
                        .collect(Collectors.joining()));
        xml.resource(DavXml.href(path, upload.folder()), properties, asked);
    }
}
