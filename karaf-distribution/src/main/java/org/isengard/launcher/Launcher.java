package org.isengard.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.karaf.main.Main;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
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
 * <p>Threads: the main thread starts the framework and waits for its end. A signal is handled on the
 * shutdown hook's thread, which stops the framework and ends the process.
 */
public final class Launcher {
    /** A framework that needs longer than this is cut off, so that a supervisor's kill after ten seconds is never met. */
    private static final int STOP_MILLIS = 8_000;

    private static final PrintStream STANDARD_ERROR = System.err;

    private final RunDirectory run;

    private Launcher(RunDirectory run) {
        this.run = run;
    }

    /** No arguments; everything comes as system properties {@code isengard.*} from the script {@code bin/isengard}. */
    public static void main(String[] args) {
        Path home = Path.of(System.getProperty("isengard.home"));
        Path data = Path.of(System.getProperty("isengard.data"));
        Launcher launcher = new Launcher(new RunDirectory(home, data));
        StopHook hook = launcher.new StopHook();
        Runtime.getRuntime().addShutdownHook(hook);
        int status;
        try {
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

    private int runLocked(StopHook hook) throws Exception {
        run.create();
        // The lock ends with the process, however it ends.
        FileChannel channel = FileChannel.open(
                run.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            throw new StartFailure(
                    "another server is running in " + run.root() + " (choose another directory with ISENGARD_DATA)");
        }
        run.prepare();
        // What libraries print belongs into a log; standard error says why a server could not run, and nothing else.
        System.setErr(run.strayOutput());
        Main karaf = new Main(new String[0]);
        hook.karaf = karaf;
        boolean stopped;
        try {
            karaf.launch();
            BundleContext context = karaf.getFramework().getBundleContext();
            noteCompleteStart(context);
            new Tools(context, run.shellWanted()).startLater();
            karaf.awaitShutdown();
        } finally {
            stopped = karaf.destroy();
        }
        return status(stopped);
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

    private int status(boolean stopped) throws IOException {
        String fatal = run.fatalLine();
        if (fatal != null) {
            complain(fatal);
        } else if (!stopped) {
            complain("the server did not stop within " + STOP_MILLIS / 1000 + " s and was cut off");
        }
        return fatal == null && stopped ? 0 : 1;
    }

    private static void complain(String line) {
        STANDARD_ERROR.println("isengard: " + line);
        STANDARD_ERROR.flush();
    }

    /**
     * Stops the framework when a signal ends the virtual machine. By itself the machine would report 128 + signal; to
     * be asked to stop is no failure, so the hook halts with the status itself.
     */
    private final class StopHook extends Thread {
        private volatile Main karaf;
        private volatile boolean ended;

        StopHook() {
            super("isengard-stop");
        }

        @Override
        public void run() {
            if (ended) {
                return;
            }
            int status = 1;
            try {
                Framework framework = karaf == null ? null : karaf.getFramework();
                boolean stopped = true;
                if (framework != null) {
                    framework.stop();
                    stopped = framework.waitForStop(STOP_MILLIS).getType() != FrameworkEvent.WAIT_TIMEDOUT;
                }
                status = status(stopped);
            } catch (BundleException | IOException failure) {
                complain("stop: " + failure);
            } catch (InterruptedException cutOff) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(status);
        }
    }
}
