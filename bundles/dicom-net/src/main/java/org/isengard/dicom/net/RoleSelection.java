package org.isengard.dicom.net;

/** SCP/SCU role selection for one SOP class: the roles the requestor may have, PS3.7 section D.3.3.4. */
public record RoleSelection(String sopClass, boolean scu, boolean scp) {}
