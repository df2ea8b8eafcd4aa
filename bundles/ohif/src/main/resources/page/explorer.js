// Extends the explorer: a button that opens studies in OHIF.
(() => {
  const explorer = window.isengard?.v1;
  if (!explorer) return;

  explorer.action({
    id: 'ohif',
    title: 'OHIF',
    level: 'Study',
    run(studies) {
      const uids = studies.map((study) => study.MainDicomTags.StudyInstanceUID).join(',');
      window.open(`${explorer.address('ohif/viewer')}?StudyInstanceUIDs=${encodeURIComponent(uids)}`, '_blank', 'noopener');
    },
  });
})();
