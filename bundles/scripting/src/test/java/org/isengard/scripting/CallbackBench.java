package org.isengard.scripting;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;

/**
 * What one OnStoredInstance costs: a data set of sixty tags becomes JSON, then tables, on the thread of a worker. Prints
 * quantiles of one call, in microseconds. Run as a program, alone on the machine.
 */
final class CallbackBench {
    private static final int WARM_UP = 3000;
    private static final int CALLS = 3000;
    private static final int TAGS = 60;

    private CallbackBench() {}

    public static void main(String[] args) throws IOException {
        Attributes dataset = new Attributes();
        int[] tags = tags();
        for (int tag : tags) {
            dataset.setString(tag, VR.LO, "value of " + tag);
        }
        StringWriter metadata = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(metadata)) {
            json.writeStartObject();
            for (String name : new String[] {"ReceptionDate", "Origin", "RemoteIP", "TransferSyntax", "SopClassUid"}) {
                json.writeStringField(name, "1.2.840.10008.1.2.1");
            }
            json.writeEndObject();
        }
        ScriptOutput output = new ScriptOutput();
        try (LuaWorker worker = new LuaWorker("bench", () -> {
            LuaSession session = new LuaSession(
                    new LuaSession.Limits(30_000, 256L << 20), output, Map.of("_ConfigurationJson", a -> "{}"));
            session.run(
                    "function OnStoredInstance(id, tags, metadata, origin) if tags.PatientName == 'David' then n = id end end"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    "bench");
            return session;
        })) {
            long[] nanos = new long[CALLS];
            for (int i = -WARM_UP; i < CALLS; i++) {
                CompletableFuture<Long> took = new CompletableFuture<>();
                worker.post("bench", lua -> {
                    long start = System.nanoTime();
                    lua.call(
                            "OnStoredInstance",
                            "sjjj",
                            value -> null,
                            "66c8e41e-ac3a9029-0b85e42a-8195ee0a-92c2e62e",
                            CallbackArguments.tags(dataset, Dictionary.standard()),
                            metadata.toString(),
                            "{\"RequestOrigin\":\"RestApi\"}");
                    lua.takeOperations();
                    took.complete(System.nanoTime() - start);
                });
                long cost = took.join();
                if (i >= 0) {
                    nanos[i] = cost;
                }
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "OnStoredInstance, microseconds: median %d, 90%% %d, 99%% %d%n",
                    nanos[CALLS / 2] / 1000, nanos[CALLS * 9 / 10] / 1000, nanos[CALLS * 99 / 100] / 1000);
        }
    }

    private static int[] tags() {
        int[] tags = new int[TAGS];
        for (int i = 0; i < TAGS; i++) {
            tags[i] = 0x00100010 + (i % 2 == 0 ? 0 : 0x00080000) + i * 0x10;
        }
        return tags;
    }
}
