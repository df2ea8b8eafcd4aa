package org.isengard.dicom.net;

import java.util.List;
import java.util.Optional;

/**
 * The user information of an A-ASSOCIATE PDU that we use, PS3.7 annex D. The asynchronous operations window, extended
 * and common extended negotiation are read over: without an answer they are not in force.
 *
 * @param maxPduLength longest P-DATA-TF the sender of this wants to receive, in bytes; 0: any
 * @param userIdentity null in an answer and where none is given
 */
public record UserInformation(
        long maxPduLength,
        String implementationClassUid,
        String implementationVersionName,
        List<RoleSelection> roles,
        UserIdentity userIdentity) {
    public UserInformation {
        roles = List.copyOf(roles);
    }

    public Optional<RoleSelection> role(String sopClass) {
        return roles.stream().filter(role -> role.sopClass().equals(sopClass)).findFirst();
    }
}
