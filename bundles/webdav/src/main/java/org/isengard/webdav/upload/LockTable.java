package org.isengard.webdav.upload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.webdav.xml.DavXml;
import org.osgi.service.component.annotations.Component;

/**
 * The write locks of the uploads (RFC 4918 section 6). It needs no other service, so that locks outlive a swap of the features
 * that WebDAV needs; a restart of the server ends them.
 *
 * <p>Threading: any thread; each call holds the monitor for a moment.
 */
@Component(service = LockTable.class, immediate = true)
public final class LockTable {
    /** Longest time of a lock in seconds; clients renew it. */
    static final long LONGEST_SECONDS = 600;

    private static final int MOST = 10_000;
    private static final Pattern LIST = Pattern.compile("\\(([^()]*)\\)");
    private static final Pattern TERM = Pattern.compile("(Not\\s+)?(?:<([^<>]*)>|\\[([^\\[\\]]*)\\])");

    /**
     * A lock.
     *
     * @param path of the resource; the first segment stands for the user
     * @param deep whether it covers all below
     * @param end in the nanoseconds of the machine
     */
    public record Lock(String token, List<String> path, boolean exclusive, boolean deep, String owner, long end) {
        public Lock {
            path = List.copyOf(path);
        }

        boolean covers(List<String> other) {
            return path.equals(other) || deep && isAbove(path, other);
        }

        /** {@return the element {@code activelock}} */
        public String xml(String href) {
            long left = Math.max(0, (end - System.nanoTime()) / 1_000_000_000L);
            return "<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:"
                    + (exclusive ? "exclusive" : "shared") + "/></D:lockscope><D:depth>" + (deep ? "infinity" : "0")
                    + "</D:depth><D:owner>" + DavXml.text(owner) + "</D:owner><D:timeout>Second-" + left
                    + "</D:timeout><D:locktoken><D:href>" + token + "</D:href></D:locktoken><D:lockroot><D:href>"
                    + DavXml.text(href) + "</D:href></D:lockroot></D:activelock>";
        }
    }

    private final Map<String, Lock> locks = new LinkedHashMap<>();

    private static boolean isAbove(List<String> folder, List<String> path) {
        return path.size() > folder.size() && path.subList(0, folder.size()).equals(folder);
    }

    private void forgetEnded() {
        long now = System.nanoTime();
        locks.values().removeIf(lock -> lock.end() - now < 0);
    }

    /** {@return the locks that cover a resource} */
    public synchronized List<Lock> covering(List<String> path) {
        forgetEnded();
        return locks.values().stream().filter(lock -> lock.covers(path)).toList();
    }

    /**
     * Locks a resource.
     *
     * @throws IsengardException with status 423 when another lock stands against it
     */
    public synchronized Lock lock(List<String> path, boolean exclusive, boolean deep, String owner, long seconds) {
        forgetEnded();
        for (Lock other : locks.values()) {
            boolean meets = other.covers(path) || deep && isAbove(path, other.path());
            if (meets && (exclusive || other.exclusive())) {
                throw locked();
            }
        }
        if (locks.size() >= MOST) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "There are too many locks");
        }
        Lock lock = new Lock("urn:uuid:" + UUID.randomUUID(), path, exclusive, deep, owner, end(seconds));
        locks.put(lock.token(), lock);
        return lock;
    }

    private static long end(long seconds) {
        return System.nanoTime() + Math.max(1, Math.min(LONGEST_SECONDS, seconds)) * 1_000_000_000L;
    }

    /** {@return the lock with a new end; empty when no lock with one of the tokens covers the resource} */
    public synchronized Optional<Lock> refresh(List<String> path, Set<String> tokens, long seconds) {
        for (Lock lock : covering(path)) {
            if (tokens.contains(lock.token())) {
                Lock renewed =
                        new Lock(lock.token(), lock.path(), lock.exclusive(), lock.deep(), lock.owner(), end(seconds));
                locks.put(lock.token(), renewed);
                return Optional.of(renewed);
            }
        }
        return Optional.empty();
    }

    /** {@return whether there was such a lock} */
    public synchronized boolean unlock(List<String> path, String token) {
        forgetEnded();
        Lock lock = locks.get(token);
        return lock != null && lock.covers(path) && locks.remove(token) != null;
    }

    /** Forgets the locks of what was deleted. */
    public synchronized void deleted(List<String> path) {
        locks.values().removeIf(lock -> lock.path().equals(path) || isAbove(path, lock.path()));
    }

    /**
     * Refuses a change of a resource that is locked and whose token the client does not send, or whose conditions do not hold.
     *
     * @param header If (RFC 4918 section 10.4), "" for none
     * @param tag entity tag of the resource, "" for none
     * @param below whether the change also concerns all below
     * @throws IsengardException with status 412 or 423
     */
    public synchronized void check(List<String> path, String header, String tag, boolean below) {
        forgetEnded();
        if (!header.isBlank() && !holds(header, tag)) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, 412, "The condition of the header If does not hold", null);
        }
        Set<String> sent = tokens(header);
        List<Lock> against = new ArrayList<>(covering(path));
        if (below) {
            locks.values().stream().filter(lock -> isAbove(path, lock.path())).forEach(against::add);
        }
        if (!against.isEmpty() && against.stream().noneMatch(lock -> sent.contains(lock.token()))) {
            throw locked();
        }
    }

    /** {@return the tokens that a header If names} */
    public static Set<String> tokens(String header) {
        Set<String> tokens = new java.util.HashSet<>();
        for (Matcher list = LIST.matcher(header); list.find(); ) {
            for (Matcher term = TERM.matcher(list.group(1)); term.find(); ) {
                if (term.group(1) == null && term.group(2) != null) {
                    tokens.add(term.group(2));
                }
            }
        }
        return tokens;
    }

    /** One of the lists must hold, and each term of it. */
    private boolean holds(String header, String tag) {
        for (Matcher list = LIST.matcher(header); list.find(); ) {
            boolean all = true;
            boolean any = false;
            for (Matcher term = TERM.matcher(list.group(1)); term.find(); ) {
                any = true;
                boolean match = term.group(2) != null ? locks.containsKey(term.group(2)) : tag.equals(term.group(3));
                all &= match == (term.group(1) == null);
            }
            if (any && all) {
                return true;
            }
        }
        return false;
    }

    private static IsengardException locked() {
        return new IsengardException(ErrorCode.FORBIDDEN, 423, "The resource is locked", null);
    }
}
