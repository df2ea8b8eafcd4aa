package org.isengard.itests;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.maven;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureSecurity;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;

/** The server seen from inside its framework. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BootedFrameworkIT {
    private static final int LEAST_BUNDLES = 10;
    private static final long READY_NANOS = 60_000_000_000L;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] distribution() throws IOException {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        Path work = Files.createTempDirectory(target, "framework");
        int http = freePort();
        Path config = work.resolve("config.json");
        Files.writeString(config, """
                {"Name": "Framework", "StorageDirectory": "%s", "HttpPort": %d, "DicomPort": %d}
                """.formatted(work.resolve("storage"), http, freePort()));
        return new Option[] {
            karafDistributionConfiguration()
                    .frameworkUrl(maven("org.isengard", "isengard-karaf")
                            .type("tar.gz")
                            .version(System.getProperty("isengard.version")))
                    .name("Isengard")
                    .unpackDirectory(work.toFile())
                    .useDeployFolder(false)
                    .runEmbedded(false),
            configureSecurity().disableKarafMBeanServerBuilder(),
            configureConsole().ignoreLocalConsole().startRemoteShell(),
            systemProperty("isengard.config").value(config.toString()),
            systemProperty("isengard.workdir").value(work.toString()),
            systemProperty("isengard.fatal").value(work.resolve("fatal").toString()),
            systemProperty("isengard.ssh.port").value(Integer.toString(freePort())),
            systemProperty("isengard.test.url").value("http://127.0.0.1:" + http),
            editConfigurationFilePut("etc/users.properties", "admin", "test,_g_:admingroup"),
            // What the launcher starts when the server answers, Pax Exam waits for.
            editConfigurationFilePut("etc/config.properties", "org.osgi.framework.startlevel.beginning", "120"),
            // The distribution answers from its own repository; the test's own bundles come from the local one.
            editConfigurationFilePut(
                    "etc/org.ops4j.pax.url.mvn.cfg",
                    "org.ops4j.pax.url.mvn.localRepository",
                    System.getProperty("isengard.repository")),
            vmOption("--add-opens=java.base/java.lang=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.net=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.util=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.security=ALL-UNNAMED"),
            vmOption("--add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED"),
            vmOption("--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED"),
            vmOption("--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED"),
            vmOption("--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED"),
        };
    }

    @Test
    public void everyBundleBecomesActive() throws InterruptedException {
        long end = System.nanoTime() + READY_NANOS;
        List<String> waiting = waiting();
        while (!waiting.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
            waiting = waiting();
        }
        assertEquals(List.of(), waiting);
    }

    /** What is not active, or not installed yet. */
    private List<String> waiting() {
        List<String> waiting = new ArrayList<>();
        int ours = 0;
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
            boolean lazy = bundle.getHeaders().get(Constants.BUNDLE_ACTIVATIONPOLICY) != null;
            if (!fragment && !lazy && bundle.getState() != Bundle.ACTIVE) {
                waiting.add(bundle + " is in state " + bundle.getState());
            }
            if (String.valueOf(bundle.getSymbolicName()).startsWith("org.isengard.")) {
                ours++;
            }
        }
        if (ours < LEAST_BUNDLES) {
            waiting.add("only " + ours + " bundles of the product");
        }
        return waiting;
    }

    @Test
    public void theServerAnswers() throws Exception {
        URI system = URI.create(System.getProperty("isengard.test.url") + "/system");
        long end = System.nanoTime() + READY_NANOS;
        int status = 0;
        while (status != 200 && System.nanoTime() < end) {
            status = status(system);
        }
        assertEquals(200, status);
    }

    private static int status(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
