package org.isengard.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.itests.demo.DemoFiles;

/**
 * Sends the sample studies to a server's {@code POST /instances} and labels some.
 *
 * <p>The same files come out at every call, so loading them twice stores them once.
 */
public final class DemoStudies {
    private static final int SENDERS = 4;
    private static final Pattern FIRST_ID = Pattern.compile("\\[\\s*\"([0-9a-f-]{44})\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    private DemoStudies(URI server) {
        this.server = server;
    }

    /** One argument: the server's URL, with a slash at its end. */
    public static void main(String[] args) throws Exception {
        long start = System.nanoTime();
        int sent = send(URI.create(args[0]));
        System.out.printf("Sample studies: %d instances sent in %.1f s%n", sent, (System.nanoTime() - start) / 1e9);
    }

    /**
     * Makes and sends all instances.
     *
     * @param server its URL, with a slash at its end
     * @return how many there are
     * @throws IOException if the server refuses one
     */
    public static int send(URI server) throws Exception {
        DemoStudies demo = new DemoStudies(server);
        List<Callable<byte[]>> files = DemoFiles.all();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Future<String>> answers = new ArrayList<>();
            for (Callable<byte[]> file : files) {
                answers.add(senders.submit(
                        () -> demo.exchange("POST", "instances", HttpRequest.BodyPublishers.ofByteArray(file.call()))));
            }
            for (Future<String> answer : answers) {
                answer.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            senders.shutdownNow();
        }
        demo.label();
        return files.size();
    }

    private void label() throws IOException, InterruptedException {
        for (Map.Entry<String, List<String>> study : DemoFiles.labels().entrySet()) {
            String query = "{\"Level\":\"Study\",\"Query\":{\"StudyInstanceUID\":\"" + study.getKey() + "\"}}";
            Matcher id = FIRST_ID.matcher(exchange("POST", "tools/find", HttpRequest.BodyPublishers.ofString(query)));
            if (id.find()) {
                for (String label : study.getValue()) {
                    exchange("PUT", "studies/" + id.group(1) + "/labels/" + label, HttpRequest.BodyPublishers.noBody());
                }
            }
        }
    }

    private String exchange(String method, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", path.equals("instances") ? "application/dicom" : "application/json")
                .method(method, body)
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** {@return one instance of each kind and a few slices of each volume, as DICOM files} */
    public static List<byte[]> few() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (Callable<byte[]> file : DemoFiles.thinned(20)) {
            files.add(file.call());
        }
        return files;
    }
}
