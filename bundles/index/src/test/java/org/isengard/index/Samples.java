package org.isengard.index;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.NewInstance;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.index.sql.PostgresOptions;

/** Made-up instances and an index to put them in. */
final class Samples {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2024-05-06T07:08:09Z"), ZoneOffset.UTC);

    private Samples() {}

    static IndexOptions options(Path directory, Optional<PostgresOptions> postgres) {
        return new IndexOptions(
                directory,
                postgres,
                3600,
                0,
                0,
                false,
                true,
                false,
                "{}",
                "{\"note\": 1100}",
                "{\"report\": [1101, \"text/plain\"]}");
    }

    static IndexOptions limited(IndexOptions options, long size, long patients, boolean reject) {
        return new IndexOptions(
                options.directory(),
                options.postgres(),
                options.stableAge(),
                size,
                patients,
                reject,
                true,
                false,
                "{}",
                "{}",
                "{}");
    }

    static SqlIndex open(Path directory) {
        return TestDatabase.SQLITE.open(directory);
    }

    /** Instance {@code i} of series {@code se} of study {@code st} of patient {@code p}. */
    static Attributes dataset(int p, int st, int se, int i) {
        Attributes dataset = new Attributes();
        String study = "2.25." + p + "." + st;
        dataset.setString(Tag.PatientID, "PID" + p);
        dataset.setString(Tag.PatientName, "Müller" + p + "^Anna");
        dataset.setString(Tag.PatientBirthDate, "19700101");
        dataset.setString(Tag.StudyInstanceUID, study);
        dataset.setString(Tag.StudyDate, "2024010" + st);
        dataset.setString(Tag.AccessionNumber, "ACC-" + p + "-" + st);
        dataset.setString(Tag.StudyDescription, "Knee 100% left");
        dataset.setString(Tag.SeriesInstanceUID, study + "." + se);
        dataset.setString(Tag.Modality, se == 1 ? "CT" : "MR");
        dataset.setString(Tag.SeriesNumber, Integer.toString(se));
        dataset.setString(Tag.StationName, "Station" + se);
        dataset.setString(Tag.SOPInstanceUID, study + "." + se + "." + i);
        dataset.setString(Tag.InstanceNumber, Integer.toString(i));
        return dataset;
    }

    static ResourceIds ids(int p, int st, int se, int i) {
        return ResourceIds.of(dataset(p, st, se, i)).orElseThrow();
    }

    static NewInstance instance(int p, int st, int se, int i) {
        return instance(dataset(p, st, se, i), "file-" + p + "-" + st + "-" + se + "-" + i, false);
    }

    static NewInstance instance(Attributes dataset, String uuid, boolean overwrite) {
        return new NewInstance(
                ResourceIds.of(dataset).orElseThrow(),
                dataset,
                Map.of(Metadata.REMOTE_AET, "SENDER", Metadata.ORIGIN, "RestApi"),
                Map.of(),
                List.of(file(uuid, Attachment.DICOM, 1000)),
                overwrite);
    }

    static Attachment file(String uuid, String type, long size) {
        return new Attachment(uuid, type, size, "md5", Attachment.Compression.NONE, size, "md5", 0);
    }
}
