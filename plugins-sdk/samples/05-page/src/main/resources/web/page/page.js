fetch('../statistics')
  .then((answer) => answer.json())
  .then((statistics) => {
    document.getElementById('answer').textContent =
      `${statistics.CountStudies} studies, ${statistics.CountInstances} instances, ${statistics.TotalDiskSizeMB} MB`;
  });
