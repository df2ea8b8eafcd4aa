package org.isengard.dicomweb.model;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.VR;

/** Reads data sets in the Native DICOM Model (PS3.19 section A.1). Document types and entities are refused. */
public final class XmlModelReader {
    private static final int DEEPEST = 64;
    private static final List<String> NAME_PARTS =
            List.of("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix");
    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader xml;
    private final BulkDataSource bulkData;

    private XmlModelReader(XMLStreamReader xml, BulkDataSource bulkData) {
        this.xml = xml;
        this.bulkData = bulkData;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** @throws IsengardException BAD_FILE_FORMAT when it is no data set */
    public static Attributes read(InputStream in, BulkDataSource bulkData) {
        try {
            XMLStreamReader xml = FACTORY.createXMLStreamReader(in);
            xml.nextTag();
            if (!xml.getLocalName().equals("NativeDicomModel")) {
                throw bad("The document is no NativeDicomModel");
            }
            Attributes dataset = new XmlModelReader(xml, bulkData).dataset(0);
            ModelElements.declareUtf8(dataset);
            return dataset;
        } catch (XMLStreamException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, String.valueOf(e.getMessage()), e);
        }
    }

    private boolean nextChild() throws XMLStreamException {
        while (true) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT || event == XMLStreamConstants.END_DOCUMENT) {
                return false;
            }
        }
    }

    private Attributes dataset(int depth) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw bad("Data sets are nested at most " + DEEPEST + " times");
        }
        Attributes dataset = new Attributes();
        dataset.setDefaultCharacterSet(SpecificCharacterSet.UTF_8);
        while (nextChild()) {
            String tag = attribute("tag");
            VR vr = VR.of(attribute("vr"));
            if (!tag.matches("[0-9A-Fa-f]{8}") || vr == null) {
                throw bad("A DicomAttribute needs \"tag\" and \"vr\", not \"" + tag + "\"");
            }
            try {
                element(dataset, Integer.parseUnsignedInt(tag, 16), vr, depth);
            } catch (IllegalArgumentException e) {
                throw bad("Attribute " + tag + " has a value that is no " + vr + ": " + e.getMessage());
            }
        }
        return dataset;
    }

    private String attribute(String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    private void element(Attributes dataset, int tag, VR vr, int depth) throws XMLStreamException {
        Sequence sequence = vr == VR.SQ ? dataset.newSequence(tag) : null;
        List<String> values = new ArrayList<>();
        boolean given = false;
        while (nextChild()) {
            switch (xml.getLocalName()) {
                case "Item" -> {
                    Attributes item = dataset(depth + 1);
                    if (sequence == null) {
                        throw bad(String.format("Attribute %08X has items and is no sequence", tag));
                    }
                    sequence.add(item);
                }
                case "Value" -> values.add(xml.getElementText());
                case "PersonName" -> values.add(personName());
                case "InlineBinary" -> {
                    byte[] bytes = ModelElements.base64(xml.getElementText());
                    dataset.setBytes(tag, vr, ModelElements.even(bytes, vr));
                    given = true;
                }
                case "BulkData" -> {
                    String uri = attribute("uri").isEmpty() ? attribute("URI") : attribute("uri");
                    bulkData.put(dataset, tag, vr, uri.isEmpty() ? attribute("uuid") : uri);
                    given = true;
                    xml.getElementText();
                }
                default -> throw bad("Unexpected element " + xml.getLocalName());
            }
        }
        if (sequence != null || given) {
            return;
        }
        if (values.isEmpty()) {
            dataset.setNull(tag, vr);
        } else if (vr.isBinary()) {
            throw bad(String.format("Attribute %08X of VR %s has a Value", tag, vr));
        } else {
            dataset.setString(
                    tag, vr, values.stream().map(ModelElements::special).toArray(String[]::new));
        }
    }

    private String personName() throws XMLStreamException {
        String[] groups = {"", "", ""};
        while (nextChild()) {
            int group = List.of(PersonNameGroups.NAMES).indexOf(xml.getLocalName());
            String[] parts = {"", "", "", "", ""};
            while (nextChild()) {
                int part = NAME_PARTS.indexOf(xml.getLocalName());
                if (part < 0 || group < 0) {
                    throw bad("Unexpected element " + xml.getLocalName() + " in a PersonName");
                }
                parts[part] = xml.getElementText();
            }
            if (group < 0) {
                throw bad("Unexpected group in a PersonName");
            }
            groups[group] = String.join("^", parts).replaceAll("\\^+$", "");
        }
        return new PersonNameGroups(groups[0], groups[1], groups[2]).text();
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, why);
    }
}
