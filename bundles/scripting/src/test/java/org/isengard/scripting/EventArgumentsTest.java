package org.isengard.scripting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventArgumentsTest {
    /** What one method of a service does. */
    @FunctionalInterface
    private interface Answer {
        Object get() throws Exception;
    }

    private final AtomicReference<Index> index = new AtomicReference<>(index(Map::of));
    private final AtomicReference<DicomFiles> files = new AtomicReference<>(files(EventArgumentsTest::dataset));
    private final EventArguments arguments = new EventArguments(index::get, files::get);
    private final AtomicInteger asked = new AtomicInteger();

    private static Attributes dataset() {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.PatientID, VR.LO, "p");
        return dataset;
    }

    private static Index index(Answer metadata) {
        return service(Index.class, "metadata", metadata);
    }

    private static DicomFiles files(Answer dataset) {
        return service(DicomFiles.class, "dataset", dataset);
    }

    private static <T> T service(Class<T> type, String answered, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> switch (method.getName()) {
                    case "equals" -> proxy == values[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "dictionary" -> Dictionary.standard();
                    case "get" -> Optional.empty();
                    default -> {
                        assertEquals(answered, method.getName());
                        yield answer.get();
                    }
                }));
    }

    private static final Object[] STORED = {"i", "{\"PatientID\":\"p\"}", "{}", "{\"RequestOrigin\":\"\"}"};

    @Test
    void whatIsThereIsRead() {
        assertArrayEquals(STORED, arguments.stored("i"));
    }

    @Test
    void ofWhatIsGoneNothingIsTold() {
        for (ErrorCode gone : new ErrorCode[] {ErrorCode.UNKNOWN_RESOURCE, ErrorCode.INEXISTENT_FILE}) {
            files.set(files(() -> {
                throw new IsengardException(gone);
            }));
            assertNull(arguments.stored("i"));
        }
        assertNull(arguments.stable(ResourceLevel.STUDY, "s"));
    }

    @Test
    void whatIsSwappedIsWaitedFor() throws Exception {
        Index there = index.getAndSet(null);
        CompletableFuture<Object[]> read = CompletableFuture.supplyAsync(() -> arguments.stored("i"));
        files.set(null);
        index.set(there);
        files.set(files(EventArgumentsTest::dataset));
        assertArrayEquals(STORED, read.get());
    }

    @Test
    void whatFailedWhileItLeftIsReadFromTheOneThatCame() {
        files.set(files(() -> {
            files.set(files(EventArgumentsTest::dataset));
            throw new IllegalStateException("closed");
        }));
        assertArrayEquals(STORED, arguments.stored("i"));
    }

    @Test
    void whatStaysBrokenFails() {
        IllegalStateException broken = new IllegalStateException("broken");
        files.set(files(() -> {
            asked.incrementAndGet();
            throw broken;
        }));
        assertSame(broken, assertThrows(IllegalStateException.class, () -> arguments.stored("i")));
        assertTrue(asked.get() > 1);
        files.set(files(() -> {
            throw new IOException("broken");
        }));
        assertThrows(UncheckedIOException.class, () -> arguments.stored("i"));
    }

    @Test
    void aDatabaseThatIsAwayForLongIsWaitedFor() {
        index.set(index(() -> {
            if (asked.incrementAndGet() < 40) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE);
            }
            return Map.of();
        }));
        assertArrayEquals(STORED, arguments.stored("i"));
    }

    @Test
    void onceClosedNobodyWaits() {
        arguments.close();
        assertArrayEquals(STORED, arguments.stored("i"));
        index.set(null);
        IsengardException away = assertThrows(IsengardException.class, () -> arguments.stored("i"));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, away.error());
    }
}
