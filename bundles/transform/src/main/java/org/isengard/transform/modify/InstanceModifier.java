package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.transform.CharacterSets;
import org.isengard.transform.TagValues;

/** Applies a modification to data sets; the profile of an anonymization holds at every depth of sequences. */
final class InstanceModifier {
    private static final String STANDARD = "1.2.840.10008.";
    private static final List<Integer> UIDS =
            List.of(Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID, Tag.FrameOfReferenceUID);

    private static final Set<Integer> IDENTIFIERS =
            Set.of(Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID);

    /**
     * The treatment that all items of a data set share.
     *
     * @param kept the elements to keep
     * @param given the UIDs that the client gives, by those they replace
     * @param patient the Patient ID that the instance had
     */
    private record Treatment(Set<Element> kept, Map<String, String> given, String patient) {}

    private final Modification modification;
    private final Identities identities;
    private final TagValues values;

    InstanceModifier(Modification modification, Identities identities, Dictionary dictionary) {
        this.modification = modification;
        this.identities = identities;
        values = new TagValues(dictionary, modification.privateCreator(), true);
    }

    /** Changes a data set as wanted. */
    void apply(Attributes dataset) {
        String patient = dataset.getString(Tag.PatientID, "");
        Map<String, String> given = givenIdentifiers(dataset);
        Set<Element> kept = kept(dataset);
        if (modification.profile() != null) {
            deidentify(dataset, new Treatment(kept, given, patient));
        } else if (modification.removePrivate()) {
            removePrivate(dataset, kept);
        }
        for (TagPath path : modification.remove()) {
            path.visit(dataset, owner -> owner.remove(path.tag()));
        }
        if (modification.profile() == null) {
            identify(dataset, ResourceLevel.STUDY, Tag.StudyInstanceUID);
            identify(dataset, ResourceLevel.SERIES, Tag.SeriesInstanceUID);
            identify(dataset, ResourceLevel.INSTANCE, Tag.SOPInstanceUID);
        } else {
            namePatient(dataset, patient);
        }
        for (Map.Entry<TagPath, JsonNode> entry : modification.replace().entrySet()) {
            if (entry.getKey().is(Tag.SpecificCharacterSet)) {
                continue;
            }
            entry.getKey()
                    .visit(dataset, owner -> values.set(owner, entry.getKey().tag(), entry.getValue()));
        }
        if (modification.profile() == null && !given.isEmpty()) {
            follow(dataset, given);
        }
        // Last, so that only what stays has to fit.
        changeCharacterSet(dataset);
    }

    /** Another character set means other bytes for all text, not another meaning of the same bytes. */
    private void changeCharacterSet(Attributes dataset) {
        modification.replace().forEach((path, value) -> {
            if (path.is(Tag.SpecificCharacterSet)) {
                String[] terms = CharacterSets.terms(value);
                CharacterSets.requireText(dataset, SpecificCharacterSet.of(terms));
                dataset.setCharacterSet(terms);
            }
        });
    }

    /** The elements to keep, by identity, since the same tag may be kept in one item and not in another. */
    private Set<Element> kept(Attributes dataset) {
        if (modification.keep().isEmpty()) {
            return Set.of();
        }
        Set<Element> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (TagPath path : modification.keep()) {
            path.visit(dataset, owner -> {
                Element element = owner.get(path.tag());
                if (element != null) {
                    kept.add(element);
                }
                if (Tags.isPrivate(path.tag()) && owner.get(Tags.creatorOf(path.tag())) != null) {
                    kept.add(owner.get(Tags.creatorOf(path.tag())));
                }
            });
        }
        return kept;
    }

    private void identify(Attributes dataset, ResourceLevel level, int tag) {
        if (!level.isAbove(modification.level()) && !modification.keeps(tag)) {
            String old = dataset.getString(tag);
            // Instances without an identifier must not all become the same one.
            dataset.setString(tag, VR.UI, old == null || old.isEmpty() ? UIDs.generate() : identities.uid(old));
        }
    }

    private void namePatient(Attributes dataset, String oldId) {
        if (!modification.keeps(Tag.PatientID)) {
            dataset.setString(Tag.PatientID, VR.LO, identities.patientId(oldId));
        }
        if (!modification.keeps(Tag.PatientName) && !modification.removes(Tag.PatientName)) {
            dataset.setString(Tag.PatientName, VR.PN, identities.patientName(oldId));
        }
        dataset.setString(Tag.PatientIdentityRemoved, VR.CS, "YES");
        dataset.setString(Tag.DeidentificationMethod, VR.LO, modification.method());
    }

    /**
     * Treats a data set or an item alike. Identifiers in items follow those of the instance: a reference to a patient or
     * to an instance still refers to it.
     */
    private void deidentify(Attributes dataset, Treatment treatment) {
        for (int tag : dataset.tags()) {
            Element element = dataset.get(tag);
            if (treatment.kept.contains(element) || keepsEverywhere(dataset, tag)) {
                continue;
            }
            if (modification.removes(tag)) {
                dataset.remove(tag);
            } else if (Tags.isPrivate(tag)) {
                if (modification.removePrivate()) {
                    dataset.remove(tag);
                } else {
                    deidentifyItems(element, treatment);
                }
            } else if (tag == Tag.PatientID && dataset.parent() != null) {
                namePatientOfItem(dataset, treatment.patient);
            } else {
                switch (modification.profile().action(tag)) {
                    case REMOVE -> dataset.remove(tag);
                    case EMPTY -> dataset.setNull(tag, element.vr());
                    case REPLACE_UID -> replaceUids(dataset, tag, treatment.given);
                    default -> deidentifyItems(element, treatment);
                }
            }
        }
    }

    private void deidentifyItems(Element element, Treatment treatment) {
        if (element instanceof Sequence sequence) {
            sequence.forEach(item -> deidentify(item, treatment));
        }
    }

    /** A tag to keep without a path stays in items too; the identifiers of the instance follow {@link Treatment#given}. */
    private boolean keepsEverywhere(Attributes dataset, int tag) {
        for (TagPath path : modification.keep()) {
            boolean isCreator = Tags.isPrivate(path.tag()) && Tags.creatorOf(path.tag()) == tag;
            if (path.isTop()
                    && !IDENTIFIERS.contains(tag)
                    && (path.tag() == tag || isCreator && dataset.contains(path.tag()))) {
                return true;
            }
        }
        return false;
    }

    private void namePatientOfItem(Attributes item, String patient) {
        String old = item.getString(Tag.PatientID, "");
        if (!old.isEmpty()) {
            String replacement = old.equals(patient) ? modification.replacement(Tag.PatientID) : null;
            item.setString(Tag.PatientID, VR.LO, replacement == null ? identities.patientId(old) : replacement);
        }
    }

    private void replaceUids(Attributes dataset, int tag, Map<String, String> given) {
        List<String> old = dataset.getStrings(tag);
        // UIDs of the standard name kinds of things, not things.
        dataset.setString(
                tag,
                VR.UI,
                old.stream()
                        .map(uid -> uid.isEmpty() || uid.startsWith(STANDARD)
                                ? uid
                                : given.containsKey(uid) ? given.get(uid) : identities.uid(uid))
                        .toArray(String[]::new));
    }

    /** {@return the identifiers of the data set that the client replaces or keeps, with what they become} */
    private Map<String, String> givenIdentifiers(Attributes dataset) {
        Map<String, String> given = new HashMap<>();
        for (int tag : UIDS) {
            String old = dataset.getString(tag, "");
            if (old.isEmpty()) {
                continue;
            }
            if (modification.keeps(tag)) {
                given.put(old, old);
            }
            String replacement = modification.replacement(tag);
            if (replacement != null && !replacement.isEmpty()) {
                given.put(old, replacement);
            }
        }
        return given;
    }

    /** References in items, such as those of RT structure sets and reports, follow an identifier given by the client. */
    private static void follow(Attributes dataset, Map<String, String> given) {
        for (Element element : dataset) {
            if (element instanceof Sequence sequence) {
                for (Attributes item : sequence) {
                    for (int tag : item.tags()) {
                        String uid = item.get(tag).vr() == VR.UI ? item.getString(tag, "") : "";
                        if (given.containsKey(uid)) {
                            item.setString(tag, VR.UI, given.get(uid));
                        }
                    }
                    follow(item, given);
                }
            }
        }
    }

    private static void removePrivate(Attributes dataset, Set<Element> kept) {
        for (int tag : dataset.tags()) {
            Element element = dataset.get(tag);
            if (Tags.isPrivate(tag) && !kept.contains(element)) {
                dataset.remove(tag);
            } else if (element instanceof Sequence sequence) {
                sequence.forEach(item -> removePrivate(item, kept));
            }
        }
    }
}
