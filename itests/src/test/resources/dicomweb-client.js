// npm's dicomweb-client against a server: node client.js URL FILE. It stores a file, searches it and reads it back.
const fs = require('fs');
global.XMLHttpRequest = require('xhr2');
const { api } = require('dicomweb-client');

const [url, file] = process.argv.slice(2);
const client = new api.DICOMwebClient({ url });
const value = (dataset, tag) => (dataset[tag].Value || [])[0];
const buffer = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

async function main() {
  const stored = fs.readFileSync(file);
  await client.storeInstances({ datasets: [buffer(stored)] });
  const study = (await client.searchForStudies({ queryParams: { limit: 1 } }))[0];
  const studyInstanceUID = value(study, '0020000D');
  const series = (await client.searchForSeries({ studyInstanceUID }))[0];
  const seriesInstanceUID = value(series, '0020000E');
  const instance = (await client.searchForInstances({ studyInstanceUID, seriesInstanceUID }))[0];
  const sopInstanceUID = value(instance, '00080018');
  console.log('searched ' + sopInstanceUID);
  const ids = { studyInstanceUID, seriesInstanceUID, sopInstanceUID };
  const metadata = await client.retrieveSeriesMetadata(ids);
  console.log('metadata ' + value(metadata[0], '00280010') + ' ' + metadata[0]['7FE00010'].BulkDataURI);
  const back = await client.retrieveInstance(ids);
  console.log('retrieved ' + (Buffer.compare(Buffer.from(back), stored) === 0));
  const whole = await client.retrieveStudy({ studyInstanceUID });
  console.log('study ' + whole.length);
  const frames = await client.retrieveInstanceFrames({ ...ids, frameNumbers: [1] });
  console.log('frame ' + frames[0].byteLength);
  const bulk = await client.retrieveBulkData({ BulkDataURI: metadata[0]['7FE00010'].BulkDataURI });
  const bytes = Array.isArray(bulk) ? bulk[0] : bulk;
  console.log('bulk ' + (Buffer.compare(Buffer.from(bytes), Buffer.from(frames[0])) === 0));
}

main().catch((error) => {
  console.log('error ' + (error.message || error) + ' ' + (error.response || ''));
  process.exit(1);
});
