// A client of dcmjs-dimse: C-ECHO, C-STORE of a file, C-FIND of its patient, C-GET of its study. One line for each answer.
const { Client, requests, responses, constants } = require('dcmjs-dimse');
const [port, file, patient, study] = process.argv.slice(2);

const client = new Client();
const add = (name, request) => {
  request.on('response', (response) => {
    const dataset = response.hasDataset() ? response.getDataset().getElement('StudyInstanceUID') : '';
    console.log(`${name} ${response.getStatus().toString(16)} ${dataset}`);
  });
  client.addRequest(request);
};
add('echo', new requests.CEchoRequest());
add('store', new requests.CStoreRequest(file));
add('find', requests.CFindRequest.createStudyFindRequest({ PatientID: patient, StudyInstanceUID: '' }));
add('get', requests.CGetRequest.createStudyGetRequest(study));
client.on('cStoreRequest', (request, callback) => {
  console.log(`got ${request.getDataset().getElement('SOPInstanceUID')}`);
  const response = responses.CStoreResponse.fromRequest(request);
  response.setStatus(constants.Status.Success);
  callback(response);
});
client.on('networkError', (error) => {
  console.log(`error ${error}`);
  process.exit(1);
});
client.on('close', () => process.exit(0));
client.send('127.0.0.1', Number(port), 'CLIENT', 'ISENGARD');
