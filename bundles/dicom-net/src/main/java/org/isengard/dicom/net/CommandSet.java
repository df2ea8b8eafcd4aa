package org.isengard.dicom.net;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The command part of a DIMSE message: elements of group 0000 in implicit VR little endian, PS3.7 section 6.3 and
 * annex E. Elements are named by their number within the group.
 */
public final class CommandSet {
    public static final int AFFECTED_SOP_CLASS_UID = 0x0002;
    public static final int REQUESTED_SOP_CLASS_UID = 0x0003;
    public static final int COMMAND_FIELD = 0x0100;
    public static final int MESSAGE_ID = 0x0110;
    public static final int MESSAGE_ID_BEING_RESPONDED_TO = 0x0120;
    public static final int MOVE_DESTINATION = 0x0600;
    public static final int PRIORITY = 0x0700;
    public static final int COMMAND_DATA_SET_TYPE = 0x0800;
    public static final int STATUS = 0x0900;
    public static final int OFFENDING_ELEMENT = 0x0901;
    public static final int ERROR_COMMENT = 0x0902;
    public static final int ERROR_ID = 0x0903;
    public static final int AFFECTED_SOP_INSTANCE_UID = 0x1000;
    public static final int REQUESTED_SOP_INSTANCE_UID = 0x1001;
    public static final int EVENT_TYPE_ID = 0x1002;
    public static final int ACTION_TYPE_ID = 0x1008;
    public static final int REMAINING_SUB_OPERATIONS = 0x1020;
    public static final int COMPLETED_SUB_OPERATIONS = 0x1021;
    public static final int FAILED_SUB_OPERATIONS = 0x1022;
    public static final int WARNING_SUB_OPERATIONS = 0x1023;
    public static final int MOVE_ORIGINATOR_AET = 0x1030;
    public static final int MOVE_ORIGINATOR_MESSAGE_ID = 0x1031;

    public static final int C_STORE_RQ = 0x0001;
    public static final int C_GET_RQ = 0x0010;
    public static final int C_FIND_RQ = 0x0020;
    public static final int C_MOVE_RQ = 0x0021;
    public static final int C_ECHO_RQ = 0x0030;
    public static final int N_EVENT_REPORT_RQ = 0x0100;
    public static final int N_GET_RQ = 0x0110;
    public static final int N_SET_RQ = 0x0120;
    public static final int N_ACTION_RQ = 0x0130;
    public static final int N_CREATE_RQ = 0x0140;
    public static final int N_DELETE_RQ = 0x0150;
    public static final int C_CANCEL_RQ = 0x0fff;
    /** Added to the command field of a request it makes that of the response. */
    public static final int RESPONSE = 0x8000;

    /** Command Data Set Type (0000,0800) of a message without data set. */
    static final int NO_DATA_SET = 0x0101;

    static final int DATA_SET_FOLLOWS = 0x0001;

    private static final int ERROR_COMMENT_LENGTH = 64;

    private final Map<Integer, byte[]> elements = new TreeMap<>();

    /** A request with this command field. */
    public static CommandSet request(int commandField, int messageId, String affectedSopClass) {
        return new CommandSet()
                .setInt(COMMAND_FIELD, commandField)
                .setInt(MESSAGE_ID, messageId)
                .setUid(AFFECTED_SOP_CLASS_UID, affectedSopClass);
    }

    /** The response to this request, naming the same SOP class and instance. */
    public CommandSet response(int status) {
        boolean affected = elements.containsKey(AFFECTED_SOP_CLASS_UID);
        String sopClass = getString(affected ? AFFECTED_SOP_CLASS_UID : REQUESTED_SOP_CLASS_UID, null);
        String sopInstance = getString(affected ? AFFECTED_SOP_INSTANCE_UID : REQUESTED_SOP_INSTANCE_UID, null);
        var response = new CommandSet()
                .setInt(COMMAND_FIELD, commandField() | RESPONSE)
                .setInt(MESSAGE_ID_BEING_RESPONDED_TO, messageId())
                .setInt(STATUS, status);
        if (sopClass != null) {
            response.setUid(AFFECTED_SOP_CLASS_UID, sopClass);
        }
        if (sopInstance != null) {
            response.setUid(AFFECTED_SOP_INSTANCE_UID, sopInstance);
        }
        return response;
    }

    public int commandField() {
        return getInt(COMMAND_FIELD, -1);
    }

    public int messageId() {
        return getInt(MESSAGE_ID, 0);
    }

    public int status() {
        return getInt(STATUS, -1);
    }

    public boolean hasDataSet() {
        return getInt(COMMAND_DATA_SET_TYPE, NO_DATA_SET) != NO_DATA_SET;
    }

    public boolean isResponse() {
        return (commandField() & RESPONSE) != 0;
    }

    /** An unsigned 16-bit value, or {@code otherwise} where it is absent or not of this form. */
    public int getInt(int element, int otherwise) {
        byte[] value = elements.get(element);
        return value == null || value.length < 2 ? otherwise : value[0] & 0xff | (value[1] & 0xff) << 8;
    }

    /** Text without padding, or {@code otherwise} where it is absent. */
    public String getString(int element, String otherwise) {
        byte[] value = elements.get(element);
        if (value == null) {
            return otherwise;
        }
        String text = new String(value, StandardCharsets.ISO_8859_1);
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) <= ' ') {
            end--;
        }
        return text.substring(0, end).stripLeading();
    }

    public CommandSet setInt(int element, int value) {
        elements.put(element, new byte[] {(byte) value, (byte) (value >> 8)});
        return this;
    }

    public CommandSet setUid(int element, String uid) {
        return setPadded(element, uid, (byte) 0);
    }

    public CommandSet setString(int element, String text) {
        return setPadded(element, text, (byte) ' ');
    }

    /** Puts the reason into Error Comment (0000,0902), LO. */
    public CommandSet setErrorComment(String comment) {
        if (comment == null || comment.isBlank()) {
            return this;
        }
        String plain = comment.replaceAll("[^ -\\[\\]-~]+", " ").trim();
        return setString(
                ERROR_COMMENT,
                plain.length() > ERROR_COMMENT_LENGTH ? plain.substring(0, ERROR_COMMENT_LENGTH) : plain);
    }

    private CommandSet setPadded(int element, String text, byte padding) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] padded = Arrays.copyOf(bytes, bytes.length + (bytes.length & 1));
        if (padded.length > bytes.length) {
            padded[bytes.length] = padding;
        }
        elements.put(element, padded);
        return this;
    }

    static CommandSet decode(byte[] bytes) throws AssociationException {
        var command = new CommandSet();
        int i = 0;
        while (i < bytes.length) {
            if (bytes.length - i < 8) {
                throw new AssociationException("Command set ends within an element");
            }
            int group = u16(bytes, i);
            int element = u16(bytes, i + 2);
            long length = u16(bytes, i + 4) | (long) u16(bytes, i + 6) << 16;
            i += 8;
            if (group != 0 || length > bytes.length - i) {
                throw new AssociationException(String.format(
                        "Command set has element (%04x,%04x) of %d bytes, %d are left",
                        group, element, length, bytes.length - i));
            }
            command.elements.put(element, Arrays.copyOfRange(bytes, i, i + (int) length));
            i += (int) length;
        }
        if (command.commandField() < 0) {
            throw new AssociationException("Command set without command field");
        }
        return command;
    }

    byte[] encode() {
        var body = new ByteArrayOutputStream(256);
        elements.forEach((element, value) -> {
            if (element != 0) {
                header(body, element, value.length);
                body.writeBytes(value);
            }
        });
        var out = new ByteArrayOutputStream(body.size() + 12);
        header(out, 0, 4);
        int length = body.size();
        out.writeBytes(new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)});
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    private static void header(ByteArrayOutputStream out, int element, int length) {
        out.writeBytes(new byte[] {
            0, 0, (byte) element, (byte) (element >> 8), (byte) length, (byte) (length >> 8), (byte) (length >> 16), 0
        });
    }

    private static int u16(byte[] bytes, int offset) {
        return bytes[offset] & 0xff | (bytes[offset + 1] & 0xff) << 8;
    }

    @Override
    public String toString() {
        return String.format(
                "command %04x, message %d, status %04x, SOP class %s",
                commandField(), messageId(), status() & 0xffff, getString(AFFECTED_SOP_CLASS_UID, "-"));
    }
}
