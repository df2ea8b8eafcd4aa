package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The rights and the visible studies of users, modalities, links and keys that have roles. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuthorizationIT extends SecuredServer {
    @Test
    @Order(1)
    void aRouteNeedsItsPermission() throws Exception {
        assertEquals(
                403, status("reader", "DELETE", "/studies/" + stranger.ids().study(), null));
        assertEquals(403, status("reader", "POST", "/studies/" + stranger.ids().study() + "/anonymize", "{}"));
        assertEquals(403, status("reader", "GET", "/instances/" + seen.id() + "/file", null));
        assertEquals(403, status("reader", "PUT", "/modalities/x", "[\"X\",\"127.0.0.1\",104]"));
        assertEquals(403, status("reader", "POST", "/tools/execute-script", "print(1)"));
        assertEquals(403, status("doctor", "POST", "/tools/execute-script", "print(1)"));
        assertEquals(403, status("doctor", "POST", "/instances", "x"));
        assertEquals(403, status("nobody", "GET", "/studies", null));
        assertEquals(200, status("nobody", "GET", "/system", null));
        assertEquals(200, status("admin", "POST", "/tools/execute-script", "print(1)"));
        JsonNode error = Rest.JSON.readTree(
                call("reader", "DELETE", "/studies/" + stranger.ids().study(), null)
                        .body());
        assertEquals(45, error.path("OrthancStatus").asInt(), error.toString());
        // The method of the header counts, as the routes see it.
        HttpRequest disguised = HttpRequest.newBuilder(
                        server.uri("/studies/" + stranger.ids().study()))
                .header("X-HTTP-Method-Override", "DELETE")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("reader:r".getBytes()))
                .POST(BodyPublishers.noBody())
                .build();
        assertEquals(403, server.send(disguised).statusCode());
        assertEquals(3, get("admin", "/studies").size());
    }

    @Test
    @Order(2)
    void aUserSeesTheStudiesOfHisLabelsAlone() throws Exception {
        assertEquals(3, get("reader", "/studies").size());
        for (String level : List.of("patients", "studies", "series", "instances")) {
            assertEquals(1, get("doctor", "/" + level).size(), level);
            assertEquals(1, get("doctor", "/" + level + "?expand").size(), level);
            String query = "{\"Level\": \"" + level + "\", \"Query\": {}}";
            assertEquals(1, post("doctor", "/tools/find", query).size(), level);
            assertEquals(
                    1,
                    post("doctor", "/tools/count-resources", query)
                            .path("Count")
                            .asInt(),
                    level);
            assertEquals(0, get(null, "/" + level).size(), level);
        }
        assertEquals(1, get("doctor", "/statistics").path("CountStudies").asInt());
        assertEquals(1, get("doctor", "/statistics").path("CountInstances").asInt());
        JsonNode patient = get("doctor", "/patients/" + seen.ids().patient());
        assertEquals(1, patient.path("Studies").size(), patient.toString());
        assertEquals(
                1,
                get("doctor", "/patients/" + seen.ids().patient() + "/statistics")
                        .path("CountStudies")
                        .asInt());
        assertEquals(
                1,
                get("doctor", "/patients/" + seen.ids().patient() + "/instances")
                        .size());
        assertEquals(List.of(seen.ids().study()), studies(get("doctor", "/changes?limit=1000")));
        assertEquals(List.of("A"), List.of(get("doctor", "/tools/labels").get(0).asText()));
        assertEquals(0, post("doctor", "/tools/lookup", hidden.sopInstance()).size());
        assertEquals(1, post("doctor", "/tools/lookup", seen.sopInstance()).size());
    }

    private static List<String> studies(JsonNode changes) {
        List<String> studies = new ArrayList<>();
        for (JsonNode change : changes.path("Changes")) {
            if (change.path("ChangeType").asText().equals("NewStudy")) {
                studies.add(change.path("ID").asText());
            }
        }
        return studies;
    }

    @Test
    @Order(3)
    void whatIsHiddenIsNotThereOnAnyRoute() throws Exception {
        // First for the administrator, so that every cache is full.
        for (String user : List.of("admin", "doctor", "sender")) {
            for (String path : List.of(
                    "/instances/" + hidden.id(),
                    "/instances/" + hidden.id() + "/file",
                    "/instances/" + hidden.id() + "/preview",
                    "/instances/" + hidden.id() + "/tags",
                    "/instances/" + hidden.id() + "/simplified-tags",
                    "/instances/" + hidden.id() + "/metadata",
                    "/instances/" + hidden.id() + "/frames/0/raw",
                    "/instances/" + hidden.id() + "/attachments/dicom/data",
                    "/series/" + hidden.ids().series() + "/numpy",
                    "/series/" + hidden.ids().series() + "/instances",
                    "/studies/" + hidden.ids().study() + "/archive",
                    "/studies/" + hidden.ids().study() + "/shared-tags",
                    "/patients/" + stranger.ids().patient(),
                    "/patients/" + stranger.ids().patient() + "/media",
                    "/dicom-web/studies/" + uid(hidden) + "/metadata",
                    "/dicom-web/studies/" + uid(hidden),
                    "/wado?requestType=WADO&contentType=application/dicom&studyUID=" + uid(hidden) + "&seriesUID="
                            + uid(hidden) + "&objectUID=" + hidden.sopInstance())) {
                int status = status(user, "GET", path, null);
                switch (user) {
                    case "admin" -> assertTrue(status == 200 || path.startsWith("/wado"), path + " " + status);
                    case "doctor" -> assertEquals(404, status, path);
                    default -> assertEquals(403, status, path);
                }
            }
        }
        assertEquals(200, status("doctor", "GET", "/dicom-web/studies/" + uid(seen) + "/metadata", null));
        assertEquals(1, get("doctor", "/dicom-web/studies").size());
        assertEquals(3, get("reader", "/dicom-web/studies").size());
        assertEquals(404, status("doctor", "DELETE", "/studies/" + hidden.ids().study(), null));
        assertEquals(404, status("doctor", "POST", "/studies/" + hidden.ids().study() + "/anonymize", "{}"));
        // A patient with studies of others is not deleted.
        assertEquals(403, status("doctor", "DELETE", "/patients/" + seen.ids().patient(), null));
        status("doctor", "POST", "/tools/bulk-delete", "{\"Resources\": [\"" + hidden.id() + "\"]}");
        assertEquals(3, get("admin", "/studies").size());
        assertEquals(403, status("doctor", "PUT", "/studies/" + seen.ids().study() + "/labels/B", ""));
    }

    @Test
    @Order(4)
    void archivesAndJobsHoldWhatTheirUserSees() throws Exception {
        byte[] zip = call("doctor", "GET", "/patients/" + seen.ids().patient() + "/archive", null)
                .body();
        assertEquals(1, files(zip));
        String all = "{\"Resources\": [\"" + seen.ids().patient() + "\"], \"Asynchronous\": true}";
        String job = post("doctor", "/tools/create-archive", all).path("ID").asText();
        awaitJob("doctor", job);
        assertEquals(
                1,
                files(call("doctor", "GET", "/jobs/" + job + "/archive", null).body()));
        assertEquals(404, status("reader", "GET", "/jobs/" + job, null));
        assertEquals(
                status("admin", "POST", "/jobs/none/cancel", ""),
                status("reader", "POST", "/jobs/" + job + "/cancel", ""));
        assertFalse(get("reader", "/jobs").toString().contains(job));
        assertTrue(get("admin", "/jobs").toString().contains(job));
        assertEquals(
                2,
                files(call("admin", "GET", "/patients/" + seen.ids().patient() + "/archive", null)
                        .body()));
        String study = post("doctor", "/studies/" + seen.ids().study() + "/anonymize", "{\"KeepLabels\": true}")
                .path("ID")
                .asText();
        assertEquals(2, get("doctor", "/studies").size(), study);
        assertEquals(200, status("doctor", "DELETE", "/studies/" + study, null));
    }

    @Test
    @Order(5)
    void anUploadNeverReplacesWhatItsUserDoesNotSee() throws Exception {
        HttpResponse<byte[]> answer = call("sender", "POST", "/instances", hidden.bytes());
        assertEquals(
                "AlreadyStored",
                Rest.JSON.readTree(answer.body()).path("Status").asText());
        assertEquals(200, call("admin", "POST", "/instances", hidden.bytes()).statusCode());
        SampleFile own = SampleFile.of("upload", 1);
        assertEquals(200, call("sender", "POST", "/instances", own.bytes()).statusCode());
        assertEquals(200, status("admin", "DELETE", "/studies/" + own.ids().study(), null));
    }

    @Test
    @Order(6)
    void whoHasNoUserReadsWhatIsPublic() throws Exception {
        assertEquals(401, status(null, "DELETE", "/studies/" + seen.ids().study(), null));
        assertEquals(401, status(null, "GET", "/system", null));
        assertEquals(200, status(null, "GET", "/tools/now", null));
        assertEquals(404, status(null, "GET", "/studies/" + seen.ids().study(), null));
        assertEquals(200, status("admin", "PUT", "/studies/" + stranger.ids().study() + "/labels/public", ""));
        assertEquals(1, get(null, "/studies").size());
        assertEquals(200, status(null, "GET", "/studies/" + stranger.ids().study(), null));
        assertEquals(401, status(null, "GET", "/studies/" + stranger.ids().study() + "/archive", null));
        assertEquals(200, status("admin", "DELETE", "/studies/" + stranger.ids().study() + "/labels/public", null));
        JsonNode profile = get(null, "/auth/user/profile");
        assertEquals("", profile.path("name").asText());
        assertEquals("[\"view\"]", profile.path("permissions").toString());
    }

    @Test
    @Order(7)
    void scriptsSeeWhatTheirUserSees() throws Exception {
        String count = "print(#ParseJson(RestApiGet('/studies')))";
        assertEquals("3", text("admin", count));
        // A script is for users with all permissions; one of them sees only a part of the studies here.
        String roles = get("admin", "/auth/settings/roles").toString();
        String part = roles.replace(
                "\"readers\":{\"authorized-labels\":[\"*\"],\"permissions\":[\"view\"]}",
                "\"readers\":{\"authorized-labels\":[\"A\"],\"permissions\":[\"all\"]}");
        assertEquals(200, status("admin", "PUT", "/auth/settings/roles", part));
        assertEquals("1", text("reader", count));
        assertEquals(200, status("admin", "PUT", "/auth/settings/roles", roles));
        assertEquals(403, status("reader", "POST", "/tools/execute-script", count));
    }

    private static String text(String user, String script) throws Exception {
        return new String(
                        call(user, "POST", "/tools/execute-script", script.getBytes(StandardCharsets.UTF_8))
                                .body(),
                        StandardCharsets.UTF_8)
                .strip();
    }

    /** A link gives one study to whoever has it, until it ends or is revoked. */
    @Test
    @Order(7)
    void aLinkSharesOneStudy() throws Exception {
        String link = "{\"ID\": \"for Bob\", \"Resources\": [{\"OrthancId\": \""
                + hidden.ids().study() + "\", \"Level\": \"study\"}], \"ValidityDuration\": 600}";
        assertEquals(403, status("doctor", "PUT", "/auth/tokens/viewer-instant-link", link));
        HttpResponse<byte[]> answer =
                call("admin", "PUT", "/auth/tokens/viewer-instant-link", link.getBytes(StandardCharsets.UTF_8));
        assertEquals(200, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        JsonNode made = Rest.JSON.readTree(answer.body());
        String token = made.path("Token").asText();
        String study = "/studies/" + hidden.ids().study();
        for (String[] header : List.of(new String[] {"token", token}, new String[] {"auth-token", token}, new String[] {
            "Authorization", "Bearer " + token
        })) {
            assertEquals(200, with(header[0], header[1], "GET", study));
        }
        assertEquals(200, status(null, "GET", study + "?token=" + token, null));
        assertEquals(200, status(null, "GET", "/instances/" + hidden.id() + "/preview?token=" + token, null));
        assertEquals(1, get(null, "/studies?token=" + token).size());
        assertEquals(404, status(null, "GET", "/studies/" + seen.ids().study() + "?token=" + token, null));
        assertEquals(403, status(null, "GET", study + "/archive?token=" + token, null));
        assertEquals(403, with("token", token, "DELETE", study));
        assertEquals(401, with("token", token + "x", "GET", study));
        assertEquals(401, with("token", "isk_x", "GET", study));
        String decode = "{\"TokenKey\": \"token\", \"TokenValue\": \"" + token + "\"}";
        assertEquals(
                "viewer-instant-link",
                post(null, "/auth/tokens/decode", decode).path("TokenType").asText());
        assertEquals(1, get("admin", "/auth/tokens").size());
        assertEquals(403, status("doctor", "GET", "/auth/tokens", null));
        assertEquals(
                200, status("admin", "DELETE", "/auth/tokens/" + made.path("ID").asText(), null));
        assertEquals(401, with("token", token, "GET", study));
        assertEquals(
                "invalid",
                post(null, "/auth/tokens/decode", decode).path("ErrorCode").asText());
        for (String wrong : List.of(
                "{}",
                "{\"Resources\": []}",
                link.replace("600", "-1"),
                link.replace("600", "\"x\""),
                link.replace("\"study\"", "\"instance\""),
                link.replace("\"ValidityDuration\": 600", "\"ExpirationDate\": \"tomorrow\""),
                link.replace("\"ValidityDuration\": 600", "\"Permissions\": [\"delete\"]"))) {
            assertEquals(400, status("admin", "PUT", "/auth/tokens/viewer-instant-link", wrong), wrong);
        }
        String download = Rest.JSON
                .readTree(call("admin", "PUT", "/auth/tokens/download-instant-link", link.getBytes())
                        .body())
                .path("Url")
                .asText();
        assertEquals(1, files(call(null, "GET", download, null).body()));
        // A job that somebody began with one link is not there for another link of the same user.
        String first = download.substring(download.indexOf("?token="));
        HttpResponse<byte[]> begun =
                call(null, "POST", study + "/archive" + first, "{\"Asynchronous\": true}".getBytes());
        assertEquals(200, begun.statusCode(), new String(begun.body(), StandardCharsets.UTF_8));
        String job = Rest.JSON.readTree(begun.body()).path("Path").asText();
        assertEquals(200, status(null, "GET", job + first, null));
        String other = "?token="
                + Rest.JSON
                        .readTree(call(
                                        "admin",
                                        "PUT",
                                        "/auth/tokens/download-instant-link",
                                        link.replace(
                                                        hidden.ids().study(),
                                                        seen.ids().study())
                                                .getBytes())
                                .body())
                        .path("Token")
                        .asText();
        assertEquals(404, status(null, "GET", job + other, null));
        assertEquals(0, get(null, "/jobs" + other).size());
    }

    @Test
    @Order(7)
    void aProgramHasAKeyOfItsOwn() throws Exception {
        assertEquals(403, status("doctor", "POST", "/auth/api-keys", "{\"User\": \"robot\", \"Roles\": [\"admins\"]}"));
        assertEquals(400, status("admin", "POST", "/auth/api-keys", "{\"User\": \"robot\", \"Roles\": [\"none\"]}"));
        JsonNode made = post("admin", "/auth/api-keys", "{\"User\": \"robot\", \"Roles\": [\"doctors\"]}");
        String key = made.path("Key").asText();
        assertEquals(200, with("api-key", key, "GET", "/studies/" + seen.ids().study()));
        assertEquals(404, with("api-key", key, "GET", "/studies/" + hidden.ids().study()));
        assertEquals(403, with("Authorization", "Bearer " + key, "POST", "/tools/reset"));
        assertFalse(get("admin", "/auth/api-keys").toString().contains(key));
        assertEquals(
                200,
                status("admin", "DELETE", "/auth/api-keys/" + made.path("ID").asText(), null));
        assertEquals(401, with("api-key", key, "GET", "/studies"));
    }

    private static int with(String header, String value, String method, String path) throws Exception {
        return server.send(HttpRequest.newBuilder(server.uri(path))
                        .header(header, value)
                        .method(method, BodyPublishers.noBody())
                        .build())
                .statusCode();
    }

    @Test
    @Order(8)
    void rolesAreReadAndReplacedAsExplorer2Does() throws Exception {
        JsonNode profile = get("doctor", "/auth/user/profile");
        assertEquals("doctor", profile.path("name").asText());
        assertEquals("[\"A\"]", profile.path("authorized-labels").toString());
        assertTrue(profile.path("permissions").toString().contains("anonymize"));
        assertTrue(profile.path("roles-enabled").asBoolean());
        assertTrue(profile.path("audit-logs-enabled").asBoolean());
        assertEquals(
                "[\"*\"]",
                get("admin", "/auth/user/profile").path("authorized-labels").toString());
        assertTrue(get("admin", "/auth/settings/permissions").toString().contains("q-r-remote-modalities"));
        assertEquals(403, status("doctor", "GET", "/auth/settings/roles", null));
        assertEquals(403, status("doctor", "PUT", "/auth/settings/roles", "{\"roles\": {}}"));
        assertEquals(
                400,
                status("admin", "PUT", "/auth/settings/roles", "{\"roles\": {\"x\": {\"permissions\": [\"y\"]}}}"));
        assertEquals(400, status("admin", "PUT", "/auth/settings/roles", "[1]"));
        JsonNode roles = get("admin", "/auth/settings/roles");
        assertEquals("[\"A\"]", roles.at("/roles/doctors/authorized-labels").toString());
        String changed = roles.toString().replace("[\"A\"]", "[\"none\"]");
        assertEquals(200, status("admin", "PUT", "/auth/settings/roles", changed));
        assertEquals(0, get("doctor", "/studies").size());
        assertEquals(404, status("doctor", "GET", "/instances/" + seen.id() + "/preview", null));
    }

    /** AE titles with roles see, by DICOM, what users with these roles see. */
    @Test
    @Order(7)
    void aModalitySeesTheStudiesOfItsRoles() throws Exception {
        Command.assume("findscu", "getscu", "storescu");
        assertEquals(1, found("WARD"));
        assertEquals(3, found("ARCHIVE"));
        String refused = query("UNKNOWN").output();
        assertTrue(refused.contains("0x124"), refused);
        assertEquals(1, received("WARD", seen));
        assertEquals(0, received("WARD", hidden));
        assertEquals(1, received("ARCHIVE", hidden));
        Path file = directory.resolve("ward.dcm");
        java.nio.file.Files.write(file, SampleFile.of("ward", 1).bytes());
        Command store = Command.run(directory, scu("storescu", "WARD", file.toString()));
        assertTrue(store.status() != 0, store.output());
        JsonNode events = get("admin", "/auth/audit-logs?action=C-FIND&user-id=UNKNOWN");
        assertEquals("0x0124", events.get(0).path("Outcome").asText(), events.toString());
    }

    @Test
    @Order(8)
    void theAuditTellsWhoDidWhat() throws Exception {
        assertEquals(403, status("doctor", "GET", "/auth/audit-logs", null));
        SampleFile file = SampleFile.of("audited", 1);
        call("sender", "POST", "/instances", file.bytes());
        String study = "/studies/" + file.ids().study();
        assertEquals(200, status("reader", "GET", study, null));
        assertEquals(403, status("reader", "DELETE", study, null));
        assertEquals(200, status("admin", "DELETE", study, null));
        JsonNode store = event("action=store&resource-id=" + file.id());
        assertEquals("sender", store.path("UserId").asText());
        assertEquals("audited-0", store.path("PatientID").asText());
        assertEquals("Success", store.path("Outcome").asText());
        String of = "resource-id=" + file.ids().study();
        JsonNode read = event("user-id=reader&action=GET%20%2Fstudies%2F%7Bid%7D&" + of);
        assertEquals("127.0.0.1", read.path("RemoteIp").asText());
        assertEquals("audited-0", read.path("PatientID").asText());
        JsonNode deleted = event("user-id=admin&" + of);
        assertEquals("200", deleted.path("Outcome").asText());
        assertEquals("audited-0", deleted.path("PatientID").asText(), "known before the deletion");
        assertFalse(deleted.path("StudyInstanceUID").asText().isEmpty());
        JsonNode all = get("admin", "/auth/audit-logs?limit=100000&" + of);
        assertTrue(all.toString().contains("\"Outcome\":\"403\""), all.toString());
        assertEquals(
                "Success", event("action=login&user-id=reader").path("Outcome").asText());
        assertEquals(400, status("admin", "GET", "/auth/audit-logs?limit=x", null));
        assertTrue(server.shell("isengard:audit").contains("lines is whole"), "the chain");
        assertTrue(server.shell("isengard:routes").contains("/auth/audit-logs"));
    }

    private static JsonNode event(String query) throws Exception {
        JsonNode events = get("admin", "/auth/audit-logs?" + query);
        assertEquals(1, events.size(), query + events);
        return events.get(0);
    }

    /** While the feature is away nobody comes in, and a request that waits for it is checked. */
    @Test
    @Order(9)
    void noRequestPassesUncheckedWhileSecurityIsSwapped() throws Exception {
        Bundles bundles = new Bundles(server);
        bundles.all();
        Thread[] readers = new Thread[4];
        List<Integer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
        boolean[] over = {false};
        for (int i = 0; i < readers.length; i++) {
            String user = i % 2 == 0 ? "nobody" : "reader";
            readers[i] = new Thread(() -> {
                while (!over[0]) {
                    try {
                        int status = status(user, "GET", "/studies", null);
                        if (status != (user.equals("nobody") ? 403 : 200)) {
                            answers.add(status);
                        }
                    } catch (Exception e) {
                        answers.add(-1);
                    }
                }
            });
            readers[i].start();
        }
        for (int i = 0; i < 3; i++) {
            bundles.stopAndStart("security");
        }
        over[0] = true;
        for (Thread reader : readers) {
            reader.join();
        }
        assertEquals(List.of(), answers);
        // The roles of PUT /auth/settings/roles are still in force.
        assertEquals(0, get("doctor", "/studies").size());
    }

    @Test
    @Order(1)
    void webDavAsksForTheSameRights() throws Exception {
        String month = "/webdav/by-dates/2024/2024-01";
        assertEquals(401, status(null, "OPTIONS", "/webdav/", null));
        assertEquals(403, status("nobody", "PROPFIND", "/webdav/", null));
        assertEquals(401, call(null, "PUT", "/webdav/uploads/a", seen.bytes()).statusCode());
        assertEquals(401, status(null, "DELETE", month, null));
        assertEquals(401, status(null, "LOCK", "/webdav/uploads/a", ""));
        assertEquals(
                403, call("reader", "PUT", "/webdav/uploads/a", seen.bytes()).statusCode());
        assertEquals(403, status("reader", "MKCOL", "/webdav/uploads/a", null));
        assertEquals(403, status("reader", "LOCK", "/webdav/uploads/a", ""));
        assertEquals(403, status("reader", "PROPPATCH", "/webdav/uploads/a", ""));
        assertEquals(403, status("reader", "DELETE", month, null));
        assertEquals(403, status("sender", "PROPFIND", month, null));
        // The resources of each user: PROPFIND without Depth is refused, but only where there is a folder.
        String patient =
                "/webdav/by-patients/rights-0 - Test^rights".replace(" ", "%20").replace("^", "%5E");
        String strange = patient.replace("rights-0", "rights-1");
        for (String user : List.of("doctor", "reader")) {
            assertEquals(403, status(user, "PROPFIND", patient, null), user);
        }
        assertEquals(403, status("reader", "PROPFIND", strange, null));
        assertEquals(404, status("doctor", "PROPFIND", strange, null));
        String folder = "/20240102%20-/OT%20-/";
        assertEquals(200, status("doctor", "GET", patient + folder + seen.id() + ".dcm", null));
        assertEquals(403, status("reader", "GET", patient + folder + seen.id() + ".dcm", null));
        String other = "/20240102%20-%20%28" + hidden.ids().study().substring(0, 8) + "%29/OT%20-/" + hidden.id();
        assertEquals(200, status("admin", "GET", patient + other + ".dcm", null));
        assertEquals(404, status("doctor", "GET", patient + other + ".dcm", null));
        // A user sees his own waiting uploads alone.
        assertEquals(
                201,
                call("sender", "PUT", "/webdav/uploads/a.dcm", hidden.bytes()).statusCode());
        assertEquals(200, status("sender", "GET", "/webdav/uploads/a.dcm", null));
        assertEquals(404, status("admin", "GET", "/webdav/uploads/a.dcm", null));
    }
}
