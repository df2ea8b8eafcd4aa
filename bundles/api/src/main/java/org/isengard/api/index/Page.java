package org.isengard.api.index;

import java.util.List;

/** A part of a log; {@code done} when nothing follows; {@code last} is the newest number of the log when items is empty. */
public record Page<T>(List<T> items, boolean done, long last) {
    public Page {
        items = List.copyOf(items);
    }
}
