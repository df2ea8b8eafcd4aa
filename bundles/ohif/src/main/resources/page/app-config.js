// Settings of the OHIF viewer for this server. Every address follows from the one of this script, so that the viewer works
// behind a reverse proxy with any prefix.
(() => {
  const folder = new URL('.', document.currentScript.src);
  const server = new URL('..', folder);
  const address = (path) => new URL(path, server).href;

  // What the viewer's own page would set.
  window.PUBLIC_URL = folder.pathname;
  window.browserImportFunction = (path) => import(new URL(path.replace(/^\//, ''), folder).href);

  window.config = {
    name: 'isengard',
    routerBasename: folder.pathname,
    extensions: [],
    modes: [],
    customizationService: [
      {
        // No tour on the first visit: its steps wait for parts of the page that are not there yet, and complain.
        'ohif.tours': { $set: [] },
        // OHIF reads the first coordinates of each measurement of a report. A group of measurements without coordinates, such
        // as the volume of an organ (PS3.16 TID 1501), must not break the report.
        onBeforeSRAddMeasurement: {
          $set: ({ measurement }) => (measurement.coords?.length ? measurement : { ...measurement, coords: [{}] }),
        },
      },
    ],
    showStudyList: true,
    maxNumberOfWebWorkers: 3,
    showWarningMessageForCrossOrigin: false,
    showCPUFallbackMessage: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    showErrorDetails: 'always',
    // A browser opens six connections to a host of HTTP/1.1; more requests would only wait in front of those that a person asks for.
    maxNumRequests: { interaction: 100, thumbnail: 6, prefetch: 12 },
    defaultDataSourceName: 'isengard',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'isengard',
        configuration: {
          friendlyName: 'Isengard',
          name: 'isengard',
          qidoRoot: address('{{dicomWeb}}'),
          wadoRoot: address('{{dicomWeb}}'),
          wadoUriRoot: address('{{wado}}'),
          qidoSupportsIncludeField: true,
          supportsReject: false,
          supportsStow: true,
          supportsFuzzyMatching: false,
          supportsWildcard: true,
          imageRendering: 'wadors',
          thumbnailRendering: 'thumbnail',
          enableStudyLazyLoad: true,
          singlepart: 'bulkdata,video,pdf',
          omitQuotationForMultipartRequest: true,
          // Addresses in metadata are those that the server knows. Relative to the study they lead through any proxy.
          bulkDataURI: {
            enabled: true,
            transform: (address) => address.replace(/^.*\/studies\/[^/]+\/(?=series\/)/, ''),
          },
        },
      },
    ],
    httpErrorHandler: (error) => console.warn('DICOMweb answers', error.status),
  };
})();
