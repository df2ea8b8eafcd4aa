package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Scripts in the booted server: callbacks, budgets, and that a bad one harms nobody. */
@Timeout(180)
class ScriptsIT {
    private static final int ROUNDS = 600;

    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private ServerProcess server(String... scripts) throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < scripts.length; i++) {
            Files.createDirectories(directory.resolve("server"));
            Files.writeString(directory.resolve("server/script" + i + ".lua"), scripts[i]);
            names.add("\"script" + i + ".lua\"");
        }
        return new ServerProcess(directory.resolve("server"))
                .with("LuaScripts", new ServerProcess.JsonText(names.toString()))
                .with("ExecuteLuaEnabled", true)
                .with("LuaTimeout", 2)
                .with("LuaMemory", 64)
                .with("StableAge", 1)
                .with("DicomAlwaysAllowFind", true);
    }

    private String lua(ServerProcess server, String script) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = server.post("/tools/execute-script", script.getBytes(StandardCharsets.UTF_8));
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(200, answer.statusCode(), script + ": " + text);
        return text;
    }

    private String error(ServerProcess server, String script) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = server.post("/tools/execute-script", script.getBytes(StandardCharsets.UTF_8));
        assertEquals(500, answer.statusCode(), script);
        JsonNode json = mapper.readTree(answer.body());
        assertEquals(2031, json.path("OrthancStatus").asInt());
        return json.path("Details").asText();
    }

    private void assertError(String expected, ServerProcess server, String script)
            throws IOException, InterruptedException {
        String message = error(server, script);
        assertTrue(message.contains(expected), script + ": " + message);
    }

    private static void await(ServerProcess server, String what, Callable<Boolean> condition) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            if (condition.call()) {
                return;
            }
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("never: " + what + "\n" + server.outputText());
    }

    private String store(ServerProcess server, String prefix, int number) throws Exception {
        HttpResponse<byte[]> answer =
                server.post("/instances", SampleFile.of(prefix, number).bytes());
        assertEquals(200, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        return mapper.readTree(answer.body()).path("Status").asText();
    }

    @Test
    void scriptsOfClientsAreOffUnlessAllowed() throws Exception {
        assertEquals(
                403,
                SHARED.server()
                        .post("/tools/execute-script", "print(1)".getBytes(StandardCharsets.UTF_8))
                        .statusCode());
    }

    @Test
    void everyEventHasItsCallback() throws Exception {
        String script = """
                seen, order = {}, {}
                local function note(name)
                  _G[name] = function(id, tags, metadata, origin)
                    seen[name] = (seen[name] or 0) + 1
                    if name == 'OnStoredInstance' then
                      order[#order + 1] = id
                      last = tags.PatientName .. ' ' .. metadata.Origin .. ' ' .. origin.RequestOrigin .. ' ' .. origin.RemoteIp
                    elseif name == 'OnStableStudy' then
                      stable = tags.AccessionNumber .. ' ' .. type(metadata.LastUpdate)
                    end
                  end
                end
                for _, name in ipairs { 'Initialize', 'OnHeartBeat', 'OnStoredInstance', 'OnStablePatient', 'OnStableStudy',
                    'OnStableSeries', 'OnUpdatedPatient', 'OnUpdatedInstance', 'OnDeletedPatient', 'OnDeletedStudy',
                    'OnDeletedSeries', 'OnDeletedInstance', 'OnJobSubmitted', 'OnJobSuccess', 'OnJobFailure' } do
                  note(name)
                end
                function Finalize() print('the end of ' .. #order) end
                """;
        try (ServerProcess server = server(script).with("LuaHeartBeatPeriod", 1).start()) {
            for (int i = 0; i < 20; i++) {
                assertEquals("Success", store(server, "events", i));
            }
            await(server, "20 events", () -> lua(server, "print(#order)").equals("20\n"));
            List<String> expected = new ArrayList<>();
            for (JsonNode change :
                    mapper.readTree(server.get("/changes?limit=200").body()).path("Changes")) {
                if (change.path("ChangeType").asText().equals("NewInstance")) {
                    expected.add(change.path("ID").asText());
                }
            }
            assertEquals(String.join(" ", expected) + "\n", lua(server, "print(table.concat(order, ' '))"));
            assertEquals("Test^events RestApi RestApi 127.0.0.1\n", lua(server, "print(last)"));
            await(server, "stable study", () -> lua(server, "print(stable)").equals("A0 string\n"));
            String patient = SampleFile.of("events", 0).ids().patient();
            lua(server, "print(RestApiPut('/patients/" + patient + "/metadata/1024', 'x'))");
            lua(
                    server,
                    "print(RestApiPut('/instances/" + SampleFile.of("events", 1).id() + "/metadata/1024', 'x'))");
            lua(server, "print(RestApiPost('/patients/" + patient + "/archive', '{\"Synchronous\": false}'))");
            lua(
                    server,
                    "RestApiPost('/modalities/none/store', 'x') RestApiPut('/modalities/none',"
                            + " '{\"AET\": \"NONE\", \"Host\": \"127.0.0.1\", \"Port\": 1}')"
                            + " RestApiPost('/modalities/none/store', '" + patient + "')");
            await(
                    server,
                    "jobs",
                    () -> lua(server, "print(seen.OnJobSubmitted, seen.OnJobSuccess, seen.OnJobFailure)")
                            .equals("2, 1, 1\n"));
            assertEquals(200, server.delete("/patients/" + patient).statusCode());
            await(server, "all", () -> lua(server, """
                    local missing = {}
                    for name, f in pairs(_G) do
                      if (name:find('^On') or name == 'Initialize') and not seen[name] then missing[#missing + 1] = name end
                    end
                    print(table.concat(missing, ' '), seen.OnDeletedInstance, seen.Initialize)
                    """).equals(", 20, 1\n"));
            assertEquals(0, server.stop());
            assertTrue(server.outputText().contains("the end of 20"), "Finalize");
        }
    }

    @Test
    void badScriptsHarmNobody() throws Exception {
        String script = """
                function OnStoredInstance() while true do pcall(function() while true do end end) end end
                function ReceivedInstanceFilter(dicom)
                  if dicom.PatientID == 'loop-0' then while true do end end
                  if dicom.PatientID == 'memory-0' then local t, block = {}, ('x'):rep(1000):rep(1000) while true do t[#t + 1] = block .. #t end end
                  if dicom.PatientID == 'match-0' then return ('a'):rep(300):find(('.-'):rep(30) .. 'b') end
                  if dicom.PatientID == 'error-0' then local x = nil return x.y end
                  if dicom.PatientID == 'odd-0' then return 'maybe' end
                  return dicom.PatientID ~= 'refused-0'
                end
                """;
        try (ServerProcess server = server(script, "this is no Lua").start()) {
            for (String bad : List.of("loop", "memory", "match", "error", "odd", "good")) {
                assertEquals("Success", store(server, bad, 0), bad);
                assertEquals(
                        200,
                        server.get("/instances/" + SampleFile.of(bad, 0).id() + "/file")
                                .statusCode(),
                        bad);
            }
            assertEquals("FilteredOut", store(server, "refused", 0));
            // Behind six events that loop until their time is over.
            assertEquals("x\n", lua(server, "kept = 'x' print(kept)"));
            assertError("longer than it may", server, "while true do end");
            assertError(
                    "longer than it may",
                    server,
                    "local co = coroutine.wrap(function() while true do end end) while true do pcall(co) end");
            assertError(
                    "not enough memory",
                    server,
                    "local t, block = {}, ('x'):rep(1000) block = block:rep(1000) for i = 1, 1e9 do t[i] = block .. i end");
            assertError(
                    "stack overflow",
                    server,
                    "local function g() return (string.gsub('a', 'a', function() return g() end)) end g()");
            assertError("not available", server, "os.execute('true')");
            assertEquals(
                    "nil, false\n", lua(server, "print((io.open('/etc/passwd')), (pcall(io.lines, '/etc/passwd')))"));
            assertEquals("x\n", lua(server, "print(kept)"));
            String scripts = server.shell("isengard:scripts");
            assertTrue(scripts.contains("script1.lua: FAILED: script1.lua:1: syntax error near 'is'"), scripts);
            assertTrue(scripts.contains("callbacks: OnStoredInstance ReceivedInstanceFilter"), scripts);
        }
    }

    @Test
    void nobodyWaitsForASlowEventAndNothingWaitsForItself() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        HttpServer slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slow.createContext("/", exchange -> {
            asked.countDown();
            try {
                release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        slow.start();
        String script = """
                function OnStoredInstance(id, tags)
                  if tags.PatientID == 'slow-0' then HttpGet('http://127.0.0.1:%d/') end
                  if tags.PatientID == 'script-0' then nested = RestApiPost('/tools/execute-script', 'inner = 5 print(inner)') end
                end
                function ReceivedInstanceFilter(dicom)
                  if dicom.PatientID == 'circle-0' then
                    local answer = RestApiPost('/tools/execute-script', 'print(1)')
                    return answer ~= '1\\n'
                  end
                  return true
                end
                function IncomingHttpRequestFilter(method, uri, ip, username, headers)
                  return uri ~= '/forbidden' and uri ~= '/studies/forbidden'
                end
                """.formatted(slow.getAddress().getPort());
        try (ServerProcess server = server(script).start()) {
            assertEquals("Success", store(server, "slow", 0));
            assertTrue(asked.await(30, TimeUnit.SECONDS));
            assertEquals("Success", store(server, "other", 0));
            assertEquals(403, server.get("/forbidden").statusCode());
            assertEquals(403, server.get("//studies/forbidden/?x=1").statusCode());
            assertEquals(
                    200,
                    server.get("/instances/" + SampleFile.of("other", 0).id()).statusCode());
            release.countDown();
            // A script stores an instance whose filter asks for the Lua that stores it: refused, not waited for.
            String hex = java.util.HexFormat.of()
                    .formatHex(SampleFile.of("circle", 0).bytes());
            assertEquals(
                    "Success\n",
                    lua(
                            server,
                            "local file = ('" + hex + "'):gsub('..', function(b)"
                                    + " return string.char(tonumber(b, 16)) end)"
                                    + " print(ParseJson(RestApiPost('/instances', file)).Status)"));
            assertEquals("Success", store(server, "script", 0));
            await(
                    server,
                    "a script inside of a script",
                    () -> lua(server, "print(inner, nested)").equals("5, 5\n\n"));
        } finally {
            release.countDown();
            slow.stop(0);
        }
    }

    @Test
    void scriptsAreLoadedAgainWhenTheyChange() throws Exception {
        try (ServerProcess server = server("function ReceivedInstanceFilter() return false end version = 1")
                .start()) {
            Path file = directory.resolve("server/script0.lua");
            assertEquals("FilteredOut", store(server, "reload", 0));
            Files.writeString(file, "version = 2");
            await(
                    server,
                    "a second version",
                    () -> lua(server, "print(version)").equals("2\n"));
            assertEquals("Success", store(server, "reload", 0));
            Files.writeString(file, "version = 3 error('broken')");
            String shown = server.shell("isengard:scripts --reload");
            assertTrue(shown.contains("FAILED: script0.lua:1: broken"), shown);
            assertEquals("2\n", lua(server, "print(version)"));
            Files.writeString(file, "version = 4");
            shown = server.shell("isengard:scripts --reload");
            assertTrue(shown.contains("in force"), shown);
            assertEquals("4\n", lua(server, "print(version)"));
        }
    }

    @Test
    void filtersOfTheNetwork() throws Exception {
        Command.assume("storescu", "findscu");
        String script = """
                function ReceivedCStoreInstanceFilter(dicom, origin)
                  if dicom.PatientID == 'full-0' and origin.RemoteAet == 'SENDER' then return 0xA700 end
                  return 0
                end
                function IsJpegTransferSyntaxAccepted(aet) return aet ~= 'SENDER' end
                function IsUnknownSopClassAccepted(aet) return aet == 'SENDER' end
                function IncomingFindRequestFilter(query, origin)
                  query['0010,0020'] = origin.RemoteAet == 'ONLY' and 'net-0' or query['0010,0020']
                  return query
                end
                """;
        try (ServerProcess server = server(script).start()) {
            Command refused = storescu(server, "SENDER", SampleFile.of("full", 0));
            assertTrue(
                    refused.output().contains("A700") || refused.output().contains("OutOfResources"), refused.output());
            assertEquals(
                    404,
                    server.get("/instances/" + SampleFile.of("full", 0).id()).statusCode());
            Command stored = storescu(server, "OTHER", SampleFile.of("full", 0));
            assertEquals(0, stored.status(), stored.output());
            assertEquals("Success", store(server, "net", 0));
            String all = find(server, "ANY");
            assertTrue(all.contains("[full-0") && all.contains("[net-0"), all);
            String only = find(server, "ONLY");
            assertTrue(!only.contains("[full-0") && only.contains("[net-0"), only);
            Attributes unknown = SampleFile.dataset("unknown", 0);
            unknown.setString(Tag.SOPClassUID, VR.UI, "1.2.826.0.1.3680043.9.9999");
            byte[] file = SampleFile.of(unknown, TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                    .bytes();
            String id = mapper.readTree(server.post("/instances", file).body())
                    .path("ID")
                    .asText();
            lua(
                    server,
                    "RestApiPut('/modalities/self', '{\"AET\": \"SELF\", \"Host\": \"127.0.0.1\", \"Port\": "
                            + server.dicomPort() + "}')");
            for (String aet : List.of("OTHER", "SENDER")) {
                String body = "{\"Resources\": [\"" + id + "\"], \"LocalAet\": \"" + aet + "\"}";
                int status = server.post("/modalities/self/store", body.getBytes(StandardCharsets.UTF_8))
                        .statusCode();
                assertEquals(aet.equals("SENDER") ? 200 : 500, status, aet);
            }
        }
    }

    private Command storescu(ServerProcess server, String aet, SampleFile file) throws Exception {
        return Command.run(
                directory,
                "storescu",
                "-v",
                "-R",
                "-aet",
                aet,
                "127.0.0.1",
                "" + server.dicomPort(),
                file.writeTo(directory.resolve("outbox"), file.sopInstance()).toString());
    }

    private String find(ServerProcess server, String aet) throws Exception {
        return Command.succeed(
                directory,
                "findscu",
                "-v",
                "-S",
                "-aet",
                aet,
                "-k",
                "0008,0052=STUDY",
                "-k",
                "PatientID=",
                "127.0.0.1",
                "" + server.dicomPort());
    }
}
