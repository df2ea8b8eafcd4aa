// Adds a button to the start page of the explorer.
$('#lookup').live('pagebeforeshow', function () {
  if ($('#disk-page-button').length === 0) {
    $('<a id="disk-page-button" data-role="button" target="_blank">')
      .attr('href', '../disk-page/index.html')
      .text('How full is the server?')
      .appendTo('#lookup-form');
  }
});
