package org.isengard.imaging;

import jakarta.servlet.Filter;
import org.isengard.api.index.Index;
import org.isengard.api.storage.DicomFiles;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Routes that show instances and series: pictures, raw frames, arrays, slices in order. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "imaging")
public final class ImagingRoutes extends RoutingFilter {
    @interface Config {
        /** Also make pictures of what Orthanc refuses: signed 8-bit, 32-bit, floats, native YBR, palettes of 8 bits. */
        boolean ShowAllImages();
    }

    @Activate
    public ImagingRoutes(Config config, @Reference Images images, @Reference DicomFiles files, @Reference Index index) {
        this(images, files, index, config.ShowAllImages());
    }

    ImagingRoutes(Images images, DicomFiles files, Index index, boolean showAll) {
        super(new org.isengard.rest.kit.Routes());
        SeriesSlices slices = new SeriesSlices(index);
        new PictureRoutes(images, showAll).addTo(routes());
        new RawRoutes(images, files).addTo(routes());
        new ArrayRoutes(images, slices).addTo(routes());
        slices.addTo(routes());
    }
}
