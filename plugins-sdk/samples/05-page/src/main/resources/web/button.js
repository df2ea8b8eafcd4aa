// Extends the explorer by its interface isengard.v1: an action, a column, a panel and a page of its own.
(() => {
  const explorer = window.isengard?.v1;
  if (!explorer) return;

  explorer.page({
    id: 'disk-page',
    title: 'How full is the server?',
    mount(element) {
      const frame = document.createElement('iframe');
      frame.src = explorer.address('disk-page/index.html');
      frame.title = 'How full is the server?';
      frame.style.cssText = 'width: 100%; height: 60vh; border: 0';
      element.append(frame);
    },
  });

  explorer.action({
    id: 'disk-page-button',
    title: 'Count instances',
    level: 'Study',
    async run(studies) {
      let sum = 0;
      for (const study of studies) {
        const answer = await fetch(explorer.address(`studies/${study.ID}/statistics`));
        sum += Number((await answer.json()).CountInstances);
      }
      explorer.notify(`${sum} instances`);
    },
  });

  explorer.column({
    id: 'disk-page-column',
    title: 'Series in it',
    level: 'Study',
    value: (study) => study.RequestedTags?.NumberOfStudyRelatedSeries ?? '',
  });

  explorer.panel({
    id: 'disk-page-panel',
    title: 'Size',
    level: 'Study',
    async mount(element, study) {
      const answer = await fetch(explorer.address(`studies/${study.ID}/statistics`));
      // Text, never markup: it may come from a DICOM file.
      element.textContent = `${(await answer.json()).DiskSizeMB} MB on the disk`;
    },
  });
})();
