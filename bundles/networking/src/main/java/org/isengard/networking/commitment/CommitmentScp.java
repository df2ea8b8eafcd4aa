package org.isengard.networking.commitment;

import java.util.List;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Status;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The storage commitment SCP, PS3.4 annex J: a job looks for the instances and reports on an association of its own. */
@Component(service = CommitmentScp.class)
public final class CommitmentScp {
    private final CommitmentScpJobs jobs;
    private final StorageCommitments commitments;
    private final Modalities modalities;
    private final JobEngine engine;

    @Activate
    public CommitmentScp(
            @Reference CommitmentScpJobs jobs,
            @Reference StorageCommitments commitments,
            @Reference Modalities modalities,
            @Reference JobEngine engine) {
        this.jobs = jobs;
        this.commitments = commitments;
        this.modalities = modalities;
        this.engine = engine;
    }

    /** N-ACTION: the job that reports is durable when this returns, so that the promise holds. */
    public void request(Association association, int actionType, Attributes information) throws DimseException {
        if (actionType != StorageCommitments.REQUEST) {
            throw new DimseException(Status.NO_SUCH_ACTION_TYPE, "No such action: " + actionType);
        }
        String transaction = information == null ? "" : information.getString(Tag.TransactionUID, "");
        if (!UIDs.isValid(transaction)) {
            throw new DimseException(Status.MISSING_ATTRIBUTE, "The request has no Transaction UID");
        }
        Modality modality = modalities
                .byAet(association.callingAet())
                .orElseThrow(() ->
                        new DimseException(Status.NOT_AUTHORIZED, "Nobody knows where to report to this AE title"));
        List<SopReference> instances = SopReference.of(information, Tag.ReferencedSOPSequence);
        engine.submit(jobs.create(modality, association.calledAet(), transaction, instances), JobRequest.DEFAULT);
    }

    /** N-EVENT-REPORT. */
    public void report(Association association, int eventType, Attributes information) throws DimseException {
        commitments.reported(association.remoteAet(), eventType, information);
    }
}
