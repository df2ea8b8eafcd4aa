package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What scripts ask of the server: peers, programs, changed resources, filters of queries. */
@Timeout(180)
class ScriptActionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void scriptsSendToPeersRunProgramsAndChangeResources() throws Exception {
        Path ran = directory.resolve("ran");
        Path program = directory.resolve("program.sh");
        Files.writeString(program, "#!/bin/sh\nwc -c < \"$2\" > " + ran + ".part && mv " + ran + ".part " + ran + "\n");
        assertTrue(program.toFile().setExecutable(true));
        String script = """
                function OnStoredInstance(id, tags)
                  if tags.PatientID == 'peer-0' then SendToPeer(id, 'other') end
                  if tags.PatientID == 'system-0' then CallSystem(id, '%s', { 'first' }) end
                end
                """.formatted(program);
        try (ServerProcess other = new ServerProcess(directory.resolve("other")).start();
                ServerProcess server = server(script)
                        .with("LuaCallSystemEnabled", true)
                        .with("OrthancPeers", new ServerProcess.JsonText("{\"other\": [\"" + other.uri("/") + "\"]}"))
                        .start()) {
            SampleFile sent = SampleFile.of("peer", 1);
            assertEquals(200, server.post("/instances", sent.bytes()).statusCode());
            other.awaitStatus("/instances/" + sent.id(), 200);

            SampleFile given = SampleFile.of("system", 1);
            assertEquals(200, server.post("/instances", given.bytes()).statusCode());
            eventually(() -> Files.exists(ran));
            assertEquals("" + given.bytes().length, Files.readString(ran).strip());

            String study = sent.ids().study();
            execute(server, "ModifyResource('" + study + "', { StudyDescription = 'by a script' }, {}, true)");
            eventually(() -> {
                JsonNode found = JSON.readTree(server.post(
                                "/tools/find",
                                "{\"Level\": \"Study\", \"Query\": {\"StudyDescription\": \"by a script\"}}"
                                        .getBytes(StandardCharsets.UTF_8))
                        .body());
                return found.size() == 1;
            });
        }
    }

    @Test
    void programsAreOffUnlessAllowedAndNothingIsLost() throws Exception {
        Path ran = directory.resolve("ran");
        String script = "function OnStoredInstance(id) CallSystem(id, '/usr/bin/touch', { '" + ran + "' }) end";
        try (ServerProcess server = server(script).start()) {
            SampleFile file = SampleFile.of("off", 1);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            eventually(() -> server.outputText().contains("LuaCallSystemEnabled"));
            assertFalse(Files.exists(ran));
            assertEquals(200, server.get("/instances/" + file.id()).statusCode());
        }
    }

    @Test
    void queriesInAndOutPassTheScripts() throws Exception {
        Command.assume("findscu", "dump2dcm");
        Path worklists = Files.createDirectories(directory.resolve("worklists"));
        for (String name : new String[] {"ONE", "TWO"}) {
            Path dump = Files.writeString(directory.resolve(name + ".dump"), """
                    (0010,0010) PN %s
                    (0010,0020) LO %s
                    (0040,0100) SQ
                    (fffe,e000) -
                    (0008,0060) CS CT
                    (fffe,e00d) -
                    (fffe,e0dd) -
                    """.formatted(name, name));
            Command.succeed(
                    directory,
                    "dump2dcm",
                    dump.toString(),
                    worklists.resolve(name + ".wl").toString());
        }
        String script = """
                function IncomingWorklistRequestFilter(query, origin)
                  query['0010,0020'] = 'TWO'
                  return query
                end
                function OutgoingFindRequestFilter(query, modality)
                  if modality ~= 'itself' then return query end
                  for tag in pairs(query) do
                    if tag == '0010,0020' then query[tag] = 'outgoing-0' end
                  end
                  return query
                end
                """;
        try (ServerProcess server = server(script)
                .with("DicomAlwaysAllowFind", true)
                .with("DicomAlwaysAllowFindWorklist", true)
                .with(
                        "Worklists",
                        new ServerProcess.JsonText("{\"Enable\": true, \"Database\": \"" + worklists + "\"}"))
                .start()) {
            String[] worklist = {
                "findscu", "-v", "-W", "-k", "PatientName", "-k", "PatientID", "127.0.0.1", "" + server.dicomPort()
            };
            // The folder may become a worklist a moment after the port opens.
            eventually(() -> Command.run(directory, worklist).status() == 0);
            String found = Command.succeed(directory, worklist);
            assertTrue(found.contains("TWO"), found);
            assertFalse(found.contains("ONE"), found);

            SampleFile file = SampleFile.of("outgoing", 1);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            server.put(
                    "/modalities/itself",
                    ("[\"ISENGARD\", \"127.0.0.1\", " + server.dicomPort() + "]").getBytes(StandardCharsets.UTF_8));
            JsonNode query = JSON.readTree(server.post(
                            "/modalities/itself/query",
                            "{\"Level\": \"Study\", \"Query\": {\"PatientID\": \"nobody\"}}"
                                    .getBytes(StandardCharsets.UTF_8))
                    .body());
            JsonNode answers = JSON.readTree(
                    server.get(query.path("Path").asText() + "/answers").body());
            assertEquals(1, answers.size(), query + " " + answers);
        }
    }

    private ServerProcess server(String script) throws Exception {
        Path home = Files.createDirectories(directory.resolve("server"));
        Files.writeString(home.resolve("script.lua"), script);
        return new ServerProcess(home)
                .with("LuaScripts", new ServerProcess.JsonText("[\"script.lua\"]"))
                .with("ExecuteLuaEnabled", true);
    }

    private static String execute(ServerProcess server, String script) throws Exception {
        var answer = server.post("/tools/execute-script", script.getBytes(StandardCharsets.UTF_8));
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(200, answer.statusCode(), text);
        return text;
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "not within a minute");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
