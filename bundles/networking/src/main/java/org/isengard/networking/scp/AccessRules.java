package org.isengard.networking.scp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationRejectedException;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.Modality.Permission;

/** Permissions of peers by AE title and address, and the {@code DicomAlwaysAllow...} options. */
final class AccessRules {
    private final String aet;
    private final boolean calledAetChecked;
    private final boolean hostChecked;
    private final boolean strict;
    private final Set<Permission> forAll;
    private final Supplier<? extends Collection<Modality>> modalities;

    /** @param modalities asked anew each time, since they change while the server runs */
    AccessRules(DicomScp.Config config, Supplier<? extends Collection<Modality>> modalities) {
        aet = config.DicomAet();
        calledAetChecked = config.DicomCheckCalledAet();
        hostChecked = config.DicomCheckModalityHost();
        strict = config.StrictAetComparison();
        forAll = EnumSet.noneOf(Permission.class);
        allow(Permission.ECHO, config.DicomAlwaysAllowEcho());
        allow(Permission.STORE, config.DicomAlwaysAllowStore());
        allow(Permission.FIND, config.DicomAlwaysAllowFind());
        allow(Permission.FIND_WORKLIST, config.DicomAlwaysAllowFindWorklist());
        allow(Permission.GET, config.DicomAlwaysAllowGet());
        allow(Permission.MOVE, config.DicomAlwaysAllowMove());
        this.modalities = modalities;
    }

    private void allow(Permission permission, boolean allowed) {
        if (allowed) {
            forAll.add(permission);
        }
    }

    /** Refuses an association of which nothing could be allowed anyway. */
    void check(AssociateRequest request, InetAddress remote) throws AssociationRejectedException {
        if (calledAetChecked && !same(request.calledAet(), aet)) {
            throw AssociationRejectedException.calledAetNotRecognized();
        }
        if (Arrays.stream(Permission.values()).noneMatch(p -> allows(p, request.callingAet(), remote))) {
            throw AssociationRejectedException.callingAetNotRecognized();
        }
    }

    boolean allows(Permission permission, String callingAet, InetAddress remote) {
        return forAll.contains(permission)
                || modalities.get().stream()
                        .anyMatch(m -> m.permissions().contains(permission)
                                && same(m.aet(), callingAet)
                                && (!hostChecked || m.hasAddress(remote)));
    }

    private boolean same(String left, String right) {
        return strict ? left.equals(right) : left.trim().equalsIgnoreCase(right.trim());
    }
}
