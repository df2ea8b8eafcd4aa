package org.isengard.samples.count;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.api.job.JobStopped;
import org.isengard.testkit.FakeServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;

class CountJobTest {
    @Test
    void aJobThatWasStoppedGoesOnWhereItWas() throws Exception {
        FakeServer server = new FakeServer();
        long bytes = 0;
        for (int i = 0; i < 5; i++) {
            byte[] file = TestInstance.file(TestInstance.dataset("patient", "study", "series", i));
            bytes += file.length;
            server.store(file);
        }
        CountJob first = new CountJob(server.index(), 0, 0);
        assertThrows(JobStopped.class, () -> first.run(stopAfter(2)));
        assertEquals(2, first.content().path("Instances").asInt());
        Job second = new CountJobs(server.index(), null).restore(first.state().orElseThrow());
        second.run(stopAfter(100));
        assertEquals(5, second.content().path("Instances").asInt());
        assertEquals(bytes, second.content().path("Bytes").asLong());
    }

    private static JobControl stopAfter(int checkpoints) {
        AtomicInteger left = new AtomicInteger(checkpoints);
        return new JobControl() {
            @Override
            public String id() {
                return "job";
            }

            @Override
            public void progress(double fraction) {
                assertEquals(fraction, Math.max(0, Math.min(1, fraction)));
            }

            @Override
            public void checkpoint() {
                if (left.decrementAndGet() == 0) {
                    throw new JobStopped();
                }
            }

            @Override
            public void save() {
                // The state is taken by the test.
            }
        };
    }
}
