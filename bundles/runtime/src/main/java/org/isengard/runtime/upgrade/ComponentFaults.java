package org.isengard.runtime.upgrade;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Why components of a bundle do not work. */
public final class ComponentFaults {
    private ComponentFaults() {}

    /** {@return what is wrong with each component of a bundle that is enabled and does not work, one phrase each} */
    public static List<String> of(ServiceComponentRuntime components, Bundle bundle) {
        List<String> faults = new ArrayList<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO made : components.getComponentConfigurationDTOs(description)) {
                String name = description.name.substring(description.name.lastIndexOf('.') + 1);
                switch (made.state) {
                    case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                        faults.add(name + " failed: " + firstLine(made.failure));
                    case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                        faults.add(name + " waits for "
                                + Arrays.stream(made.unsatisfiedReferences)
                                        .map(reference -> service(description, reference.name))
                                        .collect(Collectors.joining(", ")));
                    case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                        faults.add(name + " waits for its configuration");
                    default -> {}
                }
            }
        }
        return faults;
    }

    private static String service(ComponentDescriptionDTO description, String reference) {
        return Arrays.stream(description.references)
                .filter(r -> r.name.equals(reference))
                .map(r -> r.interfaceName)
                .findFirst()
                .orElse(reference);
    }

    /** Of a stack trace: the first line and, where there is one, the last cause. */
    private static String firstLine(String trace) {
        if (trace == null) {
            return "no reason given";
        }
        String cause = "";
        for (String line : trace.split("\\R")) {
            if (line.startsWith("Caused by: ")) {
                cause = line.substring("Caused by: ".length());
            }
        }
        return cause.isEmpty() ? trace.split("\\R", 2)[0] : cause;
    }
}
