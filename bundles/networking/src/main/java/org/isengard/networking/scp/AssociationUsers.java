package org.isengard.networking.scp;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import org.isengard.api.security.AccessControl;
import org.isengard.api.security.AuditLog;
import org.isengard.api.security.Identity;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Status;
import org.isengard.rest.kit.audit.AuditTrail;
import org.isengard.runtime.Json;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Runs the operations of an association with the rights of its calling AE title, where the configuration binds AE titles to roles
 * ({@code Authorization.ModalityRoles}), and tells the audit. While the feature security is swapped, operations wait for it.
 */
@Component(
        service = AssociationUsers.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AssociationUsers {
    @interface Config {
        String Authorization();
    }

    private final ScpMetrics metrics;
    private final boolean bound;
    private final Lease<AccessControl> control;

    private final AuditTrail audit;

    @Activate
    public AssociationUsers(
            Config config, @Reference ScpMetrics metrics, @Reference AuditTrail audit, BundleContext context)
            throws IOException {
        this(
                metrics,
                audit,
                isBound(Json.MAPPER.readTree(config.Authorization())),
                Lease.follow(context, AccessControl.class, "feature security", SwapTimeout.of(context)));
    }

    private AssociationUsers(ScpMetrics metrics, AuditTrail audit, boolean bound, Lease<AccessControl> control) {
        this.metrics = metrics;
        this.audit = audit;
        this.bound = bound;
        this.control = control;
    }

    /** {@return one for which every AE title may do everything} */
    public static AssociationUsers open(ScpMetrics metrics) {
        return new AssociationUsers(
                metrics, AuditTrail.OFF, false, new Lease<>("feature security", new SwapTimeout(0)));
    }

    private static boolean isBound(JsonNode section) {
        return section.has("ModalityRoles")
                && !"false".equalsIgnoreCase(section.path("Enable").asText());
    }

    @Deactivate
    void close() {
        control.end();
    }

    /** Runs the storage of an instance, whose result is its status. */
    int store(Association association, ScpMetrics.Call<Integer> call) throws IOException {
        Identity identity = identity(association, "upload");
        Identity.Bound binding = identity.bind();
        try {
            return metrics.timeStatus("C-STORE", call);
        } finally {
            binding.close();
        }
    }

    /**
     * Runs a query or retrieval, which the audit records.
     *
     * @param permission that the AE title needs
     */
    <T> T run(
            String service, Association association, String permission, Attributes identifier, ScpMetrics.Call<T> call)
            throws IOException {
        int status = Status.PROCESSING_FAILURE;
        Identity.Bound binding = null;
        try {
            binding = identity(association, permission).bind();
            T result = metrics.time(service, call);
            status = Status.SUCCESS;
            return result;
        } catch (DimseException e) {
            status = e.status();
            throw e;
        } finally {
            if (binding != null) {
                binding.close();
            }
            tell(service, association, identifier, String.format("0x%04X", status));
        }
    }

    private Identity identity(Association association, String permission) throws IOException {
        if (!bound) {
            return Identity.SERVER;
        }
        Identity identity;
        try {
            identity = control.use(present -> present.ofModality(association.callingAet()));
        } catch (ServiceAbsentException e) {
            throw new DimseException(Status.OUT_OF_RESOURCES, e.getMessage(), e);
        }
        if (!identity.may(permission)) {
            throw new DimseException(
                    Status.NOT_AUTHORIZED, "The roles of this AE title lack the permission " + permission);
        }
        return identity;
    }

    /** An association was accepted. */
    void tellAccepted(Association association) {
        tell("association", association, null, "Success");
    }

    private void tell(String action, Association association, Attributes identifier, String outcome) {
        if (audit.isEnabled()) {
            audit.record(new AuditLog.Event(
                    Instant.now(),
                    association.callingAet(),
                    association.remote().getAddress().getHostAddress(),
                    action,
                    text(identifier, Tag.QueryRetrieveLevel),
                    "",
                    text(identifier, Tag.PatientID),
                    text(identifier, Tag.StudyInstanceUID),
                    outcome,
                    "called " + association.calledAet()));
        }
    }

    private static String text(Attributes identifier, int tag) {
        String value = identifier == null ? null : identifier.getString(tag);
        return value == null ? "" : value;
    }
}
