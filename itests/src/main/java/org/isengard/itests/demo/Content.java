package org.isengard.itests.demo;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.itests.demo.Study.Code;

/** One content item of a structured report, and ways to add those below it (PS3.3 section C.17.3). */
final class Content {
    private final Attributes item;

    Content(Attributes item) {
        this.item = item;
    }

    /** Makes the data set itself the root, which is a container. */
    static Content root(Attributes a, Code title, String template) {
        a.setString(Tag.ValueType, VR.CS, "CONTAINER");
        Study.code(a, Tag.ConceptNameCodeSequence, title);
        a.setString(Tag.ContinuityOfContent, VR.CS, "SEPARATE");
        Attributes t = a.newSequence(Tag.ContentTemplateSequence).newItem();
        t.setString(Tag.MappingResource, VR.CS, "DCMR");
        t.setString(Tag.TemplateIdentifier, VR.CS, template);
        return new Content(a);
    }

    private Attributes child(String relation, String type, Code name) {
        Sequence children = item.getSequence(Tag.ContentSequence);
        if (children == null) {
            children = item.newSequence(Tag.ContentSequence);
        }
        Attributes child = children.newItem();
        child.setString(Tag.RelationshipType, VR.CS, relation);
        child.setString(Tag.ValueType, VR.CS, type);
        if (name != null) {
            Study.code(child, Tag.ConceptNameCodeSequence, name);
        }
        return child;
    }

    Content container(Code name) {
        Attributes child = child("CONTAINS", "CONTAINER", name);
        child.setString(Tag.ContinuityOfContent, VR.CS, "SEPARATE");
        return new Content(child);
    }

    Content text(String relation, Code name, String text) {
        Attributes child = child(relation, "TEXT", name);
        child.setString(Tag.TextValue, VR.UT, text);
        return new Content(child);
    }

    Content code(String relation, Code name, Code value) {
        Attributes child = child(relation, "CODE", name);
        Study.code(child, Tag.ConceptCodeSequence, value);
        return new Content(child);
    }

    void uid(String relation, Code name, String uid) {
        child(relation, "UIDREF", name).setString(Tag.UID, VR.UI, uid);
    }

    void person(String relation, Code name, String person) {
        child(relation, "PNAME", name).setString(Tag.PersonName, VR.PN, person);
    }

    Content number(Code name, String value, Code unit) {
        Attributes child = child("CONTAINS", "NUM", name);
        Attributes measured = child.newSequence(Tag.MeasuredValueSequence).newItem();
        measured.setString(Tag.NumericValue, VR.DS, value);
        Study.code(measured, Tag.MeasurementUnitsCodeSequence, unit);
        return new Content(child);
    }

    void image(String relation, Code name, String sopClass, String instance, int... segment) {
        Attributes child = child(relation, "IMAGE", name);
        Attributes reference = child.newSequence(Tag.ReferencedSOPSequence).newItem();
        reference.setString(Tag.ReferencedSOPClassUID, VR.UI, sopClass);
        reference.setString(Tag.ReferencedSOPInstanceUID, VR.UI, instance);
        if (segment.length > 0) {
            reference.setInt(Tag.ReferencedSegmentNumber, VR.US, segment);
        }
    }
}
