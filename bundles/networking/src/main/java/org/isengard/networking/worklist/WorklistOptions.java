package org.isengard.networking.worklist;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;

/**
 * The section {@code Worklists} of the configuration, with the options of Orthanc's worklists plugin.
 *
 * @param folder of the items, one file for each
 * @param own whether the folder belongs to the server, which then makes it when it needs it
 * @param issuerOnly {@code FilterIssuerAet}: a modality sees only items for its own AE title
 * @param limit {@code LimitAnswers}, 0 for none
 * @param studyUidSet {@code SetStudyInstanceUidIfMissing}: a created item gets a Study Instance UID
 * @param deletedWhenStable {@code DeleteWorklistsOnStableStudy}: an item made by REST goes when its study is stable
 */
record WorklistOptions(
        boolean enabled,
        Path folder,
        boolean own,
        boolean issuerOnly,
        int limit,
        boolean studyUidSet,
        boolean deletedWhenStable) {
    private static final String DEFAULT_FOLDER = "WorklistsDatabase";

    /**
     * Reads the section.
     *
     * @param workDirectory relative paths start here
     * @param dataDirectory of the server; its folder {@code worklists} serves where no other is given or there
     * @throws IsengardException BAD_FILE_FORMAT when it is no JSON
     */
    static WorklistOptions parse(String json, Path workDirectory, Path dataDirectory) {
        JsonNode options;
        try {
            options = Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Option \"Worklists\": " + e.getMessage(), e);
        }
        String given = options.path("Directory").asText(options.path("Database").asText(""));
        Path folder = workDirectory.resolve(given.isEmpty() ? DEFAULT_FOLDER : given);
        boolean own =
                options.path("SaveInOrthancDatabase").asBoolean(false) || given.isEmpty() && !Files.isDirectory(folder);
        return new WorklistOptions(
                options.path("Enable").asBoolean(),
                own ? dataDirectory.resolve("worklists") : folder,
                own,
                options.path("FilterIssuerAet").asBoolean(),
                Math.max(0, options.path("LimitAnswers").asInt()),
                options.path("SetStudyInstanceUidIfMissing").asBoolean(true),
                options.path("DeleteWorklistsOnStableStudy").asBoolean(true));
    }
}
