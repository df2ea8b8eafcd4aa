package org.isengard.dicom.net;

/** A request that is being performed: on which association, in which presentation context, with which command. */
public record Operation(Association association, PresentationContext context, CommandSet command) {
    /** The SOP class the request names. */
    public String sopClass() {
        return command.getString(
                CommandSet.AFFECTED_SOP_CLASS_UID,
                command.getString(CommandSet.REQUESTED_SOP_CLASS_UID, context.abstractSyntax()));
    }

    /** The SOP instance the request names, "" if none. */
    public String sopInstance() {
        return command.getString(
                CommandSet.AFFECTED_SOP_INSTANCE_UID, command.getString(CommandSet.REQUESTED_SOP_INSTANCE_UID, ""));
    }

    /** AE title of the C-MOVE requestor that caused this C-STORE, "" for none. */
    public String moveOriginatorAet() {
        return command.getString(CommandSet.MOVE_ORIGINATOR_AET, "");
    }

    /** The message identifier of that C-MOVE, -1 for none. */
    public int moveOriginatorMessageId() {
        return command.getInt(CommandSet.MOVE_ORIGINATOR_MESSAGE_ID, -1);
    }

    public String transferSyntax() {
        return context.transferSyntax();
    }
}
