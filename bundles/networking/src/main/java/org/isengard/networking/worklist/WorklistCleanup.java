package org.isengard.networking.worklist;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes an item that REST has created when its study is complete: the option {@code DeleteWorklistsOnStableStudy}. */
@Component(service = ResourceListener.class)
public final class WorklistCleanup implements ResourceListener {
    private static final Logger LOG = LoggerFactory.getLogger(WorklistCleanup.class);

    private final WorklistFolder items;
    private final Index index;

    @Activate
    public WorklistCleanup(@Reference WorklistFolder items, @Reference Index index) {
        this.items = items;
        this.index = index;
    }

    @Override
    public void changed(Change change) {
        if (!change.type().equals("StableStudy")
                || !items.options().enabled()
                || !items.options().deletedWhenStable()) {
            return;
        }
        String study = index.get(ResourceLevel.STUDY, change.id(), Set.of(FindRequest.Part.TAGS))
                .map(found ->
                        found.tags().getOrDefault(ResourceLevel.STUDY, Map.of()).getOrDefault(Tag.StudyInstanceUID, ""))
                .orElse("");
        if (!study.isEmpty()) {
            delete(study);
        }
    }

    private void delete(String study) {
        try {
            for (Map.Entry<String, Attributes> item : items.all().entrySet()) {
                if (WorklistFolder.isCreated(item.getKey())
                        && study.equals(item.getValue().getString(Tag.StudyInstanceUID, ""))) {
                    items.delete(item.getKey());
                    LOG.info("Worklist item {} is deleted: its study {} is stable", item.getKey(), study);
                }
            }
        } catch (IOException e) {
            LOG.warn("Items of the stable study {} stay in the worklist: {}", study, e.getMessage());
        }
    }
}
