package org.isengard.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.isengard.api.monitor.CallTimer;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.storage.StorageArea;

/**
 * A storage area whose use is counted.
 *
 * <p>Threading: as the area; the counters take any threads.
 */
final class MeasuredArea implements StorageArea {
    private final StorageArea area;
    private final CallTimer created = new CallTimer();
    private final CallTimer opened = new CallTimer();
    private final CallTimer removed = new CallTimer();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();

    MeasuredArea(StorageArea area) {
        this.area = area;
    }

    /** Notes bytes that left by the path of a file, past this area. */
    void readByPath(long bytes) {
        bytesRead.add(bytes);
    }

    void report(MetricSink sink) {
        created.reportSlowest(sink, "orthanc_storage_create_duration_ms", "Duration of writing a file");
        opened.reportSlowest(sink, "orthanc_storage_read_duration_ms", "Duration of opening a file");
        removed.reportSlowest(sink, "orthanc_storage_remove_duration_ms", "Duration of removing a file");
        sink.gauge("orthanc_storage_written_bytes", "Bytes written to files since the start", bytesWritten.sum());
        sink.gauge("orthanc_storage_read_bytes", "Bytes read from files since the start", bytesRead.sum());
        created.reportTotals(sink, "isengard_storage_create", "Files written");
        opened.reportTotals(sink, "isengard_storage_read", "Files opened");
        removed.reportTotals(sink, "isengard_storage_remove", "Files removed");
    }

    @Override
    public Incoming create(String uuid) throws IOException {
        long start = System.nanoTime();
        Incoming incoming = area.create(uuid);
        return new Incoming() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                int length = bytes.remaining();
                incoming.write(bytes);
                bytesWritten.add(length);
            }

            @Override
            public void commit() throws IOException {
                incoming.commit();
                created.endedSince(start);
            }

            @Override
            public void close() throws IOException {
                incoming.close();
            }
        };
    }

    @Override
    public InputStream open(String uuid, long offset) throws IOException {
        long start = System.nanoTime();
        InputStream in = area.open(uuid, offset);
        opened.endedSince(start);
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int b = in.read();
                if (b >= 0) {
                    bytesRead.increment();
                }
                return b;
            }

            @Override
            public int read(byte[] bytes, int at, int length) throws IOException {
                int n = in.read(bytes, at, length);
                if (n > 0) {
                    bytesRead.add(n);
                }
                return n;
            }
        };
    }

    @Override
    public long size(String uuid) throws IOException {
        return area.size(uuid);
    }

    @Override
    public Optional<Path> path(String uuid) {
        return area.path(uuid);
    }

    @Override
    public void delete(String uuid) throws IOException {
        long start = System.nanoTime();
        area.delete(uuid);
        removed.endedSince(start);
    }

    @Override
    public Stream<String> list() throws IOException {
        return area.list();
    }
}
