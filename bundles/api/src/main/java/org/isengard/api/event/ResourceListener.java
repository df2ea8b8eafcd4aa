package org.isengard.api.event;

import org.isengard.api.index.Change;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears of changes after they are committed, in order of their numbers, on a thread of the index. */
@ConsumerType
public interface ResourceListener {
    void changed(Change change);
}
