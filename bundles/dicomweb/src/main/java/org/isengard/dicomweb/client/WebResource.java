package org.isengard.dicomweb.client;

import org.isengard.api.IsengardException;

/**
 * A study, series or instance of a server.
 *
 * @param series "" for all of the study
 * @param instance "" for all of the series
 */
record WebResource(String study, String series, String instance) {
    /** @throws IsengardException BAD_FILE_FORMAT when a UID is missing or none */
    static WebResource of(String study, String series, String instance) {
        if (study.isEmpty() || series.isEmpty() && !instance.isEmpty()) {
            throw ClientRequest.bad("A resource needs Study; an instance needs Series, too");
        }
        for (String uid : new String[] {study, series, instance}) {
            if (!uid.matches("[0-9A-Za-z._-]{0,128}")) {
                throw ClientRequest.bad("\"" + uid + "\" is no UID");
            }
        }
        return new WebResource(study, series, instance);
    }

    String path() {
        return "studies/" + study + (series.isEmpty() ? "" : "/series/" + series)
                + (instance.isEmpty() ? "" : "/instances/" + instance);
    }
}
