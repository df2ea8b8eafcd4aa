package org.isengard.samples.pseudonym;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.isengard.api.ingest.IncomingEditor;
import org.isengard.api.ingest.Source;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.store.KeyValueStores;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Stores each patient under a pseudonym: what comes in by REST, C-STORE or another plugin gets another Patient ID and name
 * before it is stored. A store of keys remembers the pseudonym of each Patient ID, so that it stays the same after a restart
 * and on all servers that share the database.
 */
@Plugin(id = "pseudonym", version = "1.0", description = "Gives patients pseudonyms as their images come in")
@Component
public final class PseudonymEditor implements IncomingEditor {
    private static final String STORE = "pseudonym";
    private static final String COUNT = "/count";

    private final KeyValueStores stores;

    @Activate
    public PseudonymEditor(@Reference KeyValueStores stores) {
        this.stores = stores;
    }

    @Override
    public Edit edit(byte[] file, Source source) throws IOException {
        DicomFile parsed = DicomReader.read(file);
        Attributes dataset = parsed.dataset();
        String pseudonym = pseudonym(dataset.getString(Tag.PatientID, ""));
        dataset.setString(Tag.PatientID, VR.LO, pseudonym);
        dataset.setString(Tag.PatientName, VR.PN, pseudonym);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DicomWriter.write(out, parsed.meta(), dataset, parsed.transferSyntax());
        return Edit.replaceBy(out.toByteArray());
    }

    private String pseudonym(String patient) {
        String key = "id:" + patient;
        while (true) {
            Optional<byte[]> known = stores.get(STORE, key);
            if (known.isPresent()) {
                return new String(known.get(), UTF_8);
            }
            String next = "P" + next();
            // Another thread or server may have named the same patient meanwhile.
            if (stores.replace(STORE, key, Optional.empty(), next.getBytes(UTF_8))) {
                return next;
            }
        }
    }

    /** {@return a number that nobody else gets} */
    private long next() {
        while (true) {
            Optional<byte[]> before = stores.get(STORE, COUNT);
            long next = before.map(count -> Long.parseLong(new String(count, UTF_8)))
                            .orElse(0L)
                    + 1;
            if (stores.replace(STORE, COUNT, before, Long.toString(next).getBytes(UTF_8))) {
                return next;
            }
        }
    }
}
