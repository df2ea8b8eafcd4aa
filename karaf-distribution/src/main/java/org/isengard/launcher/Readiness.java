package org.isengard.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Says once that the server is ready, with the addresses at which it listens: in one line on standard output, and in the
 * file {@code ready} of the run directory.
 *
 * <p>A bundle that listens registers a service with the properties {@code isengard.listens} ({@code http} or
 * {@code dicom}) and {@code isengard.address}; the routing kit registers one with {@code isengard.open} when requests can
 * be answered.
 *
 * <p>Threading: one daemon thread, which ends when the line is printed.
 */
final class Readiness {
    private static final String LISTENS = "isengard.listens";
    /** The DICOM port opens a moment after the HTTP port. A server without it is ready all the same. */
    private static final int PORTS_SECONDS = 20;

    private final BundleContext context;
    private final RunDirectory run;
    private final PrintStream out;
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch http = new CountDownLatch(1);
    private final CountDownLatch dicom = new CountDownLatch(1);

    /** @param out standard output */
    Readiness(BundleContext context, RunDirectory run, PrintStream out) {
        this.context = context;
        this.run = run;
        this.out = out;
    }

    void announceLater() throws InvalidSyntaxException {
        countDown(open, "(isengard.open=true)");
        countDown(http, "(" + LISTENS + "=http)");
        countDown(dicom, "(" + LISTENS + "=dicom)");
        Thread thread = new Thread(this::announce, "isengard-ready");
        thread.setDaemon(true);
        thread.start();
    }

    private void countDown(CountDownLatch latch, String filter) throws InvalidSyntaxException {
        new ServiceTracker<Object, Object>(context, context.createFilter(filter), null) {
            @Override
            public Object addingService(ServiceReference<Object> reference) {
                latch.countDown();
                return null;
            }
        }.open();
    }

    private void announce() {
        try {
            open.await();
            http.await(PORTS_SECONDS, TimeUnit.SECONDS);
            dicom.await(PORTS_SECONDS, TimeUnit.SECONDS);
            TreeMap<String, String> addresses = addresses();
            run.noteReady(addresses);
            List<String> parts = new ArrayList<>();
            Optional.ofNullable(addresses.get("http")).ifPresent(parts::add);
            Optional.ofNullable(addresses.get("dicom")).ifPresent(address -> parts.add("DICOM " + address));
            out.println("Isengard " + version() + " is ready: " + String.join(", ", parts));
            out.flush();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException | InvalidSyntaxException | IllegalStateException failure) {
            out.println("isengard: cannot say that the server is ready: " + failure);
        }
    }

    private TreeMap<String, String> addresses() throws InvalidSyntaxException {
        TreeMap<String, String> addresses = new TreeMap<>();
        ServiceReference<?>[] references = context.getAllServiceReferences(null, "(" + LISTENS + "=*)");
        for (ServiceReference<?> reference : references == null ? new ServiceReference<?>[0] : references) {
            String address = String.valueOf(reference.getProperty("isengard.address"));
            if (!address.isEmpty()) {
                addresses.put(String.valueOf(reference.getProperty(LISTENS)), address);
            }
        }
        return addresses;
    }

    private static String version() {
        String version = Launcher.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }
}
