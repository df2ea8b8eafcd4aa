package org.isengard.scripting;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.security.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a Lua of its own. What is asked for while one of its own calls runs on this thread (a script calls the
 * REST API, which runs a script) runs at once inside of it; a circle of workers that wait for each other is refused.
 *
 * <p>Threading: tasks run one after the other in the order they came. The stack is large: Lua nests deeply.
 */
final class LuaWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LuaWorker.class);
    /** The task, and the action that tells its waiting caller that it will not run. */
    private record Task(Runnable work, CompletableFuture<?> answer) {}

    private static final long STACK_BYTES = 32L << 20;
    private static final ThreadLocal<LuaWorker> CURRENT = new ThreadLocal<>();
    private static final Object CIRCLE = new Object();

    private final Supplier<LuaSession> sessions;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private LuaSession session;
    private LuaWorker waitsFor;
    private volatile boolean closed;

    /** @param sessions makes a Lua with the scripts run in it; called on the worker's thread, again after a fatal error */
    LuaWorker(String name, Supplier<LuaSession> sessions) {
        this.sessions = sessions;
        thread = new Thread(null, this::run, "isengard-lua-" + name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Does something with this worker's Lua and waits for it.
     *
     * @param patienceMillis how long to wait for other tasks and this one
     * @throws ScriptError the error of the script
     * @throws IsengardException SERVICE_UNAVAILABLE when the worker is closed, busy for too long, or waits for the caller
     */
    <T> T call(Function<LuaSession, T> task, long patienceMillis) {
        return call(task, true, patienceMillis);
    }

    private <T> T call(Function<LuaSession, T> task, boolean needsSession, long patienceMillis) {
        LuaWorker caller = CURRENT.get();
        if (caller == this) {
            return task.apply(session);
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        waitBegins(caller);
        try {
            Identity identity = Identity.current();
            Task entry = new Task(
                    () -> {
                        // The calls of a script have the rights of the user for whom it runs.
                        Identity.Bound bound = identity.bind();
                        try {
                            work(task, needsSession, answer);
                        } finally {
                            bound.close();
                        }
                    },
                    answer);
            tasks.add(entry);
            // Once it is closed the thread may have ended before it saw this.
            if (closed && tasks.remove(entry)) {
                throw leaving();
            }
            try {
                return answer.get(patienceMillis, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                tasks.remove(entry);
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The scripts are busy", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IsengardException(ErrorCode.INTERNAL_ERROR, String.valueOf(e.getCause()), e);
        } finally {
            if (caller != null) {
                synchronized (CIRCLE) {
                    caller.waitsFor = null;
                }
            }
        }
    }

    private static IsengardException leaving() {
        return new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The scripts are leaving");
    }

    private void waitBegins(LuaWorker caller) {
        if (caller == null) {
            return;
        }
        synchronized (CIRCLE) {
            for (LuaWorker next = this; next != null; next = next.waitsFor) {
                if (next == caller) {
                    throw new IsengardException(
                            ErrorCode.BAD_SEQUENCE_OF_CALLS, "A script waits for a script that waits for it");
                }
            }
            caller.waitsFor = this;
        }
    }

    /** Does something later, after what was asked for before; errors are logged. */
    void post(String what, java.util.function.Consumer<LuaSession> task) {
        if (!closed) {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            tasks.add(new Task(
                    () -> {
                        work(
                                lua -> {
                                    task.accept(lua);
                                    return null;
                                },
                                true,
                                answer);
                        if (answer.isCompletedExceptionally()) {
                            LOG.error("{} failed: {}", what, message(answer));
                        }
                    },
                    answer));
        }
    }

    private static String message(CompletableFuture<?> failed) {
        try {
            failed.getNow(null);
            return "";
        } catch (RuntimeException e) {
            return String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    private <T> void work(Function<LuaSession, T> task, boolean needsSession, CompletableFuture<T> answer) {
        try {
            if (session == null && needsSession) {
                session = sessions.get();
            }
            answer.complete(task.apply(session));
        } catch (ScriptError e) {
            if (e.isFatal()) {
                LOG.error("A script ended its Lua, the scripts are loaded again: {}", e.getMessage());
                discard();
            }
            answer.completeExceptionally(e);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            answer.completeExceptionally(e);
        }
    }

    private void discard() {
        LuaSession old = session;
        session = null;
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                LOG.debug("A Lua did not close well", e);
            }
        }
    }

    /** Replaces the Lua by another; the one before stays when that cannot be made. */
    void renew(Supplier<LuaSession> maker, long patienceMillis) {
        call(
                old -> {
                    LuaSession fresh = maker.get();
                    discard();
                    session = fresh;
                    return null;
                },
                false,
                patienceMillis);
    }

    /** {@return how much waits for its turn} */
    int waiting() {
        return tasks.size();
    }

    private void run() {
        CURRENT.set(this);
        while (!closed || !tasks.isEmpty()) {
            try {
                Task task = tasks.poll(1, TimeUnit.SECONDS);
                if (task != null) {
                    task.work.run();
                }
            } catch (InterruptedException e) {
                LOG.debug("A worker is only stopped by closing it", e);
            }
        }
        discard();
    }

    /** Ends after the tasks that wait, at most so long. */
    void close(long patienceMillis) {
        closed = true;
        // Wakes the thread.
        tasks.add(new Task(() -> {}, new CompletableFuture<>()));
        try {
            thread.join(patienceMillis);
            if (thread.isAlive()) {
                LOG.warn("{} leaves with {} tasks undone", thread.getName(), tasks.size());
                for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.answer.completeExceptionally(leaving());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(TimeUnit.SECONDS.toMillis(20));
    }
}
