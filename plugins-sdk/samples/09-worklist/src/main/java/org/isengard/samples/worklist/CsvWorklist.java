package org.isengard.samples.worklist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.worklist.WorklistQuery;
import org.isengard.api.worklist.WorklistSource;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Gives modalities the worklist that another system keeps in a table, one step a line:
 * {@code patient id;patient name;accession number;modality;station AE title;date;time;study instance UID}. The file is
 * read at each query, so it may change at any moment. Its section names it:
 *
 * <pre>"csv-worklist" : { "File" : "/srv/worklist.csv" }</pre>
 */
@Plugin(id = "csv-worklist", version = "1.0", description = "A modality worklist from a table")
@Component(configurationPid = "isengard.plugin.csv-worklist", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CsvWorklist implements WorklistSource {
    /** The options of the section. */
    @interface Config {
        String File();
    }

    private static final int COLUMNS = 8;

    private final Path file;

    @Activate
    public CsvWorklist(Config config) {
        this(Path.of(config.File()));
    }

    CsvWorklist(Path file) {
        this.file = file;
    }

    /** The server itself picks those that match and the attributes that were asked for. */
    @Override
    public List<Attributes> items(WorklistQuery query) throws IOException {
        List<Attributes> items = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] columns = line.split(";", -1);
            if (columns.length == COLUMNS) {
                items.add(item(columns));
            }
        }
        return items;
    }

    private static Attributes item(String[] columns) {
        Attributes item = new Attributes();
        item.setCharacterSet("ISO_IR 192");
        item.setString(Tag.PatientID, VR.LO, columns[0]);
        item.setString(Tag.PatientName, VR.PN, columns[1]);
        item.setString(Tag.AccessionNumber, VR.SH, columns[2]);
        item.setString(Tag.StudyInstanceUID, VR.UI, columns[7]);
        Attributes step = new Attributes();
        step.setString(Tag.Modality, VR.CS, columns[3]);
        step.setString(Tag.ScheduledStationAETitle, VR.AE, columns[4]);
        step.setString(Tag.ScheduledProcedureStepStartDate, VR.DA, columns[5]);
        step.setString(Tag.ScheduledProcedureStepStartTime, VR.TM, columns[6]);
        item.newSequence(Tag.ScheduledProcedureStepSequence).add(step);
        return item;
    }
}
