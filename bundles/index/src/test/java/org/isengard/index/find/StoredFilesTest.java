package org.isengard.index.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StoredFilesTest {
    private static final SwapTimeout LONG = new SwapTimeout(TimeUnit.SECONDS.toNanos(60));

    private final Attributes dataset = new Attributes();
    private final StoredFiles files = new StoredFiles(null, LONG);

    private static DicomFiles reader(Callable<Attributes> dataset) {
        return (DicomFiles) Proxy.newProxyInstance(
                StoredFilesTest.class.getClassLoader(),
                new Class<?>[] {DicomFiles.class},
                (self, called, arguments) -> switch (called.getName()) {
                    case "dictionary" -> Dictionary.standard();
                    case "dataset" -> dataset.call();
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> throw new AssertionError(called);
                });
    }

    private static void assertUnavailable(StoredFiles asked) {
        IsengardException refused =
                assertThrows(IsengardException.class, () -> asked.first(ResourceLevel.INSTANCE, "id"));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refused.error());
    }

    private CompletableFuture<Attributes> ask() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return files.first(ResourceLevel.INSTANCE, "id");
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aServerWithoutAReaderRefusesAtOnce() {
        assertUnavailable(files);
    }

    @Test
    void aCallerWaitsForAReaderThatIsSwapped() throws Exception {
        DicomFiles first = reader(() -> {
            throw new AssertionError("the first reader has left");
        });
        files.set(first);
        files.unset(first);
        CompletableFuture<Attributes> answer = ask();
        assertThrows(TimeoutException.class, () -> answer.get(100, TimeUnit.MILLISECONDS));
        files.set(reader(() -> dataset));
        assertSame(dataset, answer.get());
    }

    @Test
    void aReaderThatDoesNotComeBackIsToldAfterTheTimeout() {
        StoredFiles impatient = new StoredFiles(null, new SwapTimeout(0));
        DicomFiles reader = reader(() -> dataset);
        impatient.set(reader);
        impatient.unset(reader);
        assertUnavailable(impatient);
    }

    @Test
    void aReaderLeavesWhenItsCallsHaveEnded() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        DicomFiles reader = reader(() -> {
            begun.countDown();
            end.await();
            return dataset;
        });
        files.set(reader);
        CompletableFuture<Attributes> answer = ask();
        begun.await();
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> files.unset(reader));
        assertThrows(TimeoutException.class, () -> leaving.get(100, TimeUnit.MILLISECONDS));
        assertFalse(answer.isDone());
        end.countDown();
        leaving.get();
        assertSame(dataset, answer.get());
    }
}
