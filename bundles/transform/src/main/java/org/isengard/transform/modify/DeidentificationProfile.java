package org.isengard.transform.modify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Tags;

/**
 * The action of the Basic Application Level Confidentiality Profile (DICOM PS3.15 annex E, table E.1-1) for each attribute, in
 * four editions of the standard: 52, 267, 449 and 601 attributes. Where the tables come from is said in their files and,
 * with what was compared, in docs/design/deidentification.md.
 */
final class DeidentificationProfile {
    /** The action for an attribute. */
    enum Action {
        KEEP,
        EMPTY,
        REMOVE,
        REPLACE_UID
    }

    static final String LATEST = "2023b";

    private static final String FIRST = "2008";
    private static final Map<String, DeidentificationProfile> EDITIONS = Stream.of(FIRST, "2017c", "2021b", LATEST)
            .collect(Collectors.toUnmodifiableMap(e -> e, DeidentificationProfile::new));
    private static final int GROUP_MASK = 0xff000000;
    private static final int CURVES = 0x50000000;
    private static final int OVERLAYS = 0x60000000;
    private static final int OVERLAY_DATA = 0x3000;
    private static final int OVERLAY_COMMENTS = 0x4000;

    private final Map<Integer, Action> actions;
    private final String method;

    /** Whether the edition removes what is drawn in curves and overlays. */
    private final boolean graphics;

    private DeidentificationProfile(String edition) {
        actions = load("basic-profile-" + edition + ".txt");
        method = "PS 3.15-" + edition + " Table E.1-1" + (edition.equals(FIRST) ? "" : " Basic Profile");
        graphics = !edition.equals(FIRST);
    }

    /** @throws IsengardException PARAMETER_OUT_OF_RANGE for another edition than 2008, 2017c, 2021b, 2023b */
    static DeidentificationProfile of(String edition) {
        DeidentificationProfile profile = EDITIONS.get(edition);
        if (profile == null) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown edition of the DICOM standard: " + edition);
        }
        return profile;
    }

    private static Map<Integer, Action> load(String resource) {
        Map<Integer, Action> actions = new HashMap<>();
        try (InputStream in = DeidentificationProfile.class.getResourceAsStream(resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ");
                    for (int i = 2; i < words.length; i++) {
                        int tag = Tags.of(Integer.parseInt(words[1], 16), Integer.parseInt(words[i], 16));
                        actions.put(tag, action(words[0]));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(actions);
    }

    private static Action action(String code) {
        return switch (code) {
            case "D", "Z" -> Action.EMPTY;
            case "X" -> Action.REMOVE;
            case "U" -> Action.REPLACE_UID;
            default -> throw new IllegalArgumentException(code);
        };
    }

    /** {@return what happens to an attribute that is not private, wherever it is in the data set} */
    Action action(int tag) {
        int groups = tag & GROUP_MASK;
        if (graphics && groups == CURVES) {
            return Action.REMOVE;
        }
        if (graphics && groups == OVERLAYS) {
            int element = Tags.element(tag);
            return element == OVERLAY_DATA || element == OVERLAY_COMMENTS ? Action.REMOVE : Action.KEEP;
        }
        return actions.getOrDefault(tag, Action.KEEP);
    }

    /** {@return what De-identification Method (0012,0063) says of a profile that was followed without exceptions} */
    String method() {
        return method;
    }
}
