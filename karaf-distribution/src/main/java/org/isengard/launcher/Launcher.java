package org.isengard.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.karaf.main.Main;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Runs one server in the foreground: prepares the run's own directory, starts Karaf in this process and turns what
 * happened into an exit status.
 *
 * <p>Exit status: 0 after a stop by signal, shell or REST; 1 when the server could not start or run as configured, with
 * one line on standard error that says why.
 *
 * <p>Threads: the main thread starts the framework and waits for its end. The first SIGTERM or SIGINT stops the framework
 * on a thread of its own, which ends the process; the second one cuts the stop off.
 */
public final class Launcher {
    /** A signal to a process group reaches the server twice when a script in the group passes it on. */
    private static final long SAME_SIGNAL_NANOS = 1_000_000_000L;

    private static final PrintStream STANDARD_ERROR = System.err;
    private static final PrintStream STANDARD_OUTPUT = System.out;

    private final RunDirectory run;

    private Launcher(RunDirectory run) {
        this.run = run;
    }

    /** No arguments; everything comes as system properties {@code isengard.*} from the script {@code bin/isengard}. */
    public static void main(String[] args) {
        Path home = Path.of(System.getProperty("isengard.home"));
        Path data = Path.of(System.getProperty("isengard.data"));
        Launcher launcher = new Launcher(new RunDirectory(home, data));
        Stop hook = launcher.new Stop();
        Runtime.getRuntime().addShutdownHook(hook);
        int status;
        try {
            Signals.onStop(hook::signal);
            status = launcher.runLocked(hook);
        } catch (StartFailure failure) {
            complain(failure.getMessage());
            status = 1;
        } catch (Exception failure) {
            complain("cannot start: " + failure);
            status = 1;
        }
        hook.ended = true;
        System.exit(status);
    }

    private int runLocked(Stop hook) throws Exception {
        run.create();
        // The lock ends with the process, however it ends.
        FileChannel channel = FileChannel.open(
                run.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            throw new StartFailure(
                    "another server is running in " + run.root() + " (choose another directory with ISENGARD_DATA)");
        }
        ShellPort shellPort = ShellPort.reserve();
        run.prepare(shellPort.number());
        // Prints of libraries belong into a log; standard error says why a server could not run, and nothing else.
        System.setErr(run.strayOutput());
        Main karaf = new Main(new String[0]);
        hook.karaf = karaf;
        try {
            karaf.launch();
            BundleContext context = karaf.getFramework().getBundleContext();
            noteCompleteStart(context);
            new Readiness(context, run, STANDARD_OUTPUT).announceLater();
            new Tools(context, run, shellPort).startLater();
            karaf.awaitShutdown();
        } finally {
            karaf.destroy();
        }
        return status();
    }

    /** Only a cache that was filled to the end is used again: Karaf would not notice that half of it is missing. */
    private void noteCompleteStart(BundleContext context) {
        new ServiceTracker<Object, Object>(context, "org.apache.karaf.features.BootFinished", null) {
            @Override
            public Object addingService(ServiceReference<Object> reference) {
                try {
                    run.keepCache();
                } catch (IOException failure) {
                    complain("the next start will be slower: " + failure);
                }
                return super.addingService(reference);
            }
        }.open();
    }

    private int status() throws IOException {
        String fatal = run.fatalLine();
        if (fatal != null) {
            complain(fatal);
        }
        return fatal == null ? 0 : 1;
    }

    private static void complain(String line) {
        STANDARD_ERROR.println("isengard: " + line);
        STANDARD_ERROR.flush();
    }

    /**
     * Stops the framework when a signal or another thread ends the virtual machine. By itself the machine would report 128 +
     * signal; to be asked to stop is no failure, so this class halts the machine with the status. All waits of a stop have
     * bounds, so nothing but a second signal cuts it off.
     */
    private final class Stop extends Thread {
        private volatile Main karaf;
        private volatile boolean ended;
        private final AtomicLong firstSignal = new AtomicLong();

        Stop() {
            super("isengard-stop");
        }

        void signal(String name) {
            long now = Math.max(1, System.nanoTime());
            if (firstSignal.compareAndSet(0, now)) {
                new Thread(this::stopAndHalt, "isengard-stop-" + name).start();
            } else if (now - firstSignal.get() > SAME_SIGNAL_NANOS) {
                complain("a second signal cut the stop off");
                Runtime.getRuntime().halt(1);
            }
        }

        /** As a hook: somebody called {@link System#exit}. */
        @Override
        public void run() {
            if (!ended) {
                stopAndHalt();
            }
        }

        private void stopAndHalt() {
            int status = 1;
            try {
                Framework framework = karaf == null ? null : karaf.getFramework();
                if (framework != null) {
                    // The time for calls in flight counts from here (DrainTime of the bundle runtime).
                    System.setProperty("isengard.stop.began", Long.toString(System.nanoTime()));
                    framework.stop();
                    framework.waitForStop(0);
                }
                status = status();
            } catch (BundleException | IOException failure) {
                complain("stop: " + failure);
            } catch (InterruptedException cutOff) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(status);
        }
    }
}
