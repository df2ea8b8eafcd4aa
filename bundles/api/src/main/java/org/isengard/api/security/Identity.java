package org.isengard.api.security;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * The user for whom a thread works. The access filter binds it for a request, the job engine for a job; code that hands
 * work to another thread for its caller uses {@link #carry}. A thread without identity works for the server itself.
 *
 * @param username "" without authentication
 * @param permissions by Orthanc's names, such as {@code view}; {@code all} stands for every one
 * @param visibility the studies that the user may see
 */
public record Identity(String username, Set<String> permissions, Visibility visibility) {
    /** The permission that includes all others. */
    public static final String ALL = "all";

    /** The server itself, and everybody where nobody is asked for a password. */
    public static final Identity SERVER = new Identity("", Set.of(ALL), Visibility.EVERYTHING);

    private static final ThreadLocal<Identity> CURRENT = new ThreadLocal<>();

    /** Ends the binding of an identity to the thread. */
    public interface Bound {
        void close();
    }

    public Identity {
        permissions = Set.copyOf(permissions);
    }

    /** {@return the identity of this thread} */
    public static Identity current() {
        Identity bound = CURRENT.get();
        return bound == null ? SERVER : bound;
    }

    /** Binds this identity to the thread until the answer is closed, which brings back the one before. */
    public Bound bind() {
        Identity before = CURRENT.get();
        CURRENT.set(this);
        return () -> {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        };
    }

    /** Does something for this user on this thread. */
    public <T> T run(Supplier<T> work) {
        Bound bound = bind();
        try {
            return work.get();
        } finally {
            bound.close();
        }
    }

    /** {@return the task, which another thread will do for the user of this thread} */
    public static <T> Callable<T> carry(Callable<T> task) {
        Identity identity = current();
        return () -> {
            Bound bound = identity.bind();
            try {
                return task.call();
            } finally {
                bound.close();
            }
        };
    }

    /** {@return whether the user has a permission} */
    public boolean may(String permission) {
        return permissions.contains(ALL) || permissions.contains(permission);
    }

    /** {@return whether the user has every permission and sees every study} */
    public boolean isAdministrator() {
        return permissions.contains(ALL) && visibility.everything();
    }
}
