package org.isengard.launcher;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Starts the features service, the deployer of archives and the shell behind the server itself. They take seconds of
 * processor time that the first requests should have: they come once the server answers and has a quiet moment, when
 * {@code bin/client} asks for the shell, and after a minute in any case.
 *
 * <p>What asks the features service for changes (the deployer of archives, the SSH shell and its feature commands) comes
 * behind its boot: of two changes at a time it keeps the record of the later one only, and an archive forgotten so could
 * not be taken away again.
 *
 * <p>Threading: one daemon thread, which ends when they are started.
 */
final class Tools {
    /** Above Karaf's own last level (100). The distribution's build puts bundles there. */
    private static final int LEVEL = 110;

    private static final int ASKING_LEVEL = 120;

    /** Waiting for the boot of the features. Should it fail, the shell is needed all the more. */
    private static final int BOOT_SECONDS = 60;

    /** Waiting for a server that answers: what keeps it from doing so may have to be looked for with the shell. */
    private static final int OPEN_SECONDS = 10;

    private static final int LATEST_SECONDS = 60;
    private static final int POLL_MILLIS = 200;

    /** So much of one processor at most, for so many polls after each other, is a quiet moment. */
    private static final double QUIET = 0.3;

    private static final int QUIET_POLLS = 5;

    private static final int SHELL_SECONDS = 30;
    private static final int SHELL_POLL_MILLIS = 50;

    private final BundleContext context;
    private final RunDirectory run;
    private final ShellPort shellPort;
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch booted = new CountDownLatch(1);

    /**
     * @param context of the framework
     * @param run has the file that {@code bin/client} makes to have the shell at once, and tells it the port
     */
    Tools(BundleContext context, RunDirectory run, ShellPort shellPort) {
        this.context = context;
        this.run = run;
        this.shellPort = shellPort;
    }

    void startLater() throws InvalidSyntaxException {
        countDown(open, "(isengard.open=true)");
        countDown(booted, "(objectClass=org.apache.karaf.features.BootFinished)");
        Thread thread = new Thread(this::run, "isengard-tools");
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

    private void run() {
        try {
            open.await(OPEN_SECONDS, TimeUnit.SECONDS);
            awaitQuiet();
            FrameworkStartLevel levels = context.getBundle().adapt(FrameworkStartLevel.class);
            levels.setStartLevel(LEVEL);
            booted.await(BOOT_SECONDS, TimeUnit.SECONDS);
            shellPort.handOver();
            levels.setStartLevel(ASKING_LEVEL);
            noteShell();
        } catch (IOException failure) {
            // Without a shell the server serves all the same.
            System.getLogger(Tools.class.getName())
                    .log(System.Logger.Level.ERROR, "The shell cannot be reached", failure);
        } catch (InterruptedException | IllegalStateException stopped) {
            // The framework has stopped meanwhile, and needs no tools.
            Thread.currentThread().interrupt();
        }
    }

    private void noteShell() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SHELL_SECONDS); System.nanoTime() < end; ) {
            if (shellPort.answers()) {
                run.noteShell(shellPort.number());
                return;
            }
            Thread.sleep(SHELL_POLL_MILLIS);
        }
        throw new IOException("no SSH server answers on port " + shellPort.number());
    }

    private void awaitQuiet() throws InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        long before = start;
        long used = system.getProcessCpuTime();
        int quiet = 0;
        while (quiet < QUIET_POLLS
                && before - start < TimeUnit.SECONDS.toNanos(LATEST_SECONDS)
                && !Files.exists(run.shellWanted())) {
            Thread.sleep(POLL_MILLIS);
            long now = System.nanoTime();
            long usedNow = system.getProcessCpuTime();
            quiet = usedNow - used < QUIET * (now - before) ? quiet + 1 : 0;
            before = now;
            used = usedNow;
        }
    }
}
