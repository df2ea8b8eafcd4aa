package org.isengard.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ingest.IncomingEditor;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Source;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The editors of plugins, one after the other. */
@Component(service = IncomingEditors.class)
public final class IncomingEditors {
    /**
     * A file after all editors.
     *
     * @param discarded whether an editor wants it not to be stored
     */
    record Edited(byte[] file, boolean discarded) {}

    private static final Logger LOG = LoggerFactory.getLogger(IncomingEditors.class);

    private final LazyServices<IncomingEditor> editors;

    @Activate
    public IncomingEditors(BundleContext context) {
        editors = LazyServices.open(context, IncomingEditor.class);
    }

    @Deactivate
    void close() {
        editors.close();
    }

    boolean isEmpty() {
        return editors.isEmpty();
    }

    /**
     * Reads a file and edits it.
     *
     * @throws IsengardException NOT_ENOUGH_MEMORY for a file beyond {@link IncomingEditor#MAX_FILE_BYTES}, PLUGIN when an
     *     editor fails
     */
    Edited edit(InputStream in, Source source) throws IOException {
        byte[] file = readAll(in);
        for (IncomingEditor editor : editors.required()) {
            IncomingEditor.Edit edit = ask(editor, file, source);
            if (!edit.kept()) {
                return new Edited(file, true);
            }
            Optional<byte[]> replacement = edit.replacement();
            if (replacement.isPresent()) {
                file = replacement.get();
            }
        }
        return new Edited(file, false);
    }

    /** Reads to the end, since the sender expects to send all of the file, and keeps no more than editors may have. */
    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        boolean tooLong = false;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            tooLong |= file.size() > IncomingEditor.MAX_FILE_BYTES - n;
            if (!tooLong) {
                file.write(chunk, 0, n);
            }
        }
        if (tooLong) {
            throw new IsengardException(
                    ErrorCode.NOT_ENOUGH_MEMORY,
                    "A plugin edits what comes in, and a file of more than " + (IncomingEditor.MAX_FILE_BYTES >> 20)
                            + " MB cannot be edited");
        }
        return file.toByteArray();
    }

    private static IncomingEditor.Edit ask(IncomingEditor editor, byte[] file, Source source) {
        try {
            return editor.edit(file, source);
        } catch (InstanceRefused | IsengardException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.error("{} failed, the instance is not stored", editor.getClass().getName(), e);
            throw new IsengardException(
                    ErrorCode.PLUGIN, "A plugin that edits what comes in failed: " + e.getMessage(), e);
        }
    }
}
