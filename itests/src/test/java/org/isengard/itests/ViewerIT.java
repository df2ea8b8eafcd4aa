package org.isengard.itests;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The explorer's viewer with the demo studies, in Chromium. */
@Timeout(300)
class ViewerIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @Test
    void showsEveryKindOfSeries() throws Exception {
        URI url = SHARED.server().uri("/");
        DemoStudies.send(url);
        BrowserProgram.run("viewer", url);
    }
}
