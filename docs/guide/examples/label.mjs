// Stores an image, labels its study, keeps a note and a document with the study, and finds it by its label:
// node label.mjs http://127.0.0.1:8042 image.dcm
import { readFile } from 'node:fs/promises'

const [server, image] = process.argv.slice(2)

async function call(method, path, body) {
  const answer = await fetch(server + path, { method, body })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

const { ParentStudy: study } = await (await call('POST', '/instances', await readFile(image))).json()
await call('PUT', `/studies/${study}/labels/teaching`)
await call('PUT', `/studies/${study}/metadata/1024`, 'Shown in the lecture of May')
await call('PUT', `/studies/${study}/attachments/1024`, 'Any bytes: a letter, a picture')

const query = { Level: 'Study', Query: {}, Labels: ['teaching'], LabelsConstraint: 'All' }
const found = await (await call('POST', '/tools/find', JSON.stringify(query))).json()
console.log('studies with the label:', found.join(' '))
console.log('note:', await (await call('GET', `/studies/${study}/metadata/1024`)).text())
console.log('document:', await (await call('GET', `/studies/${study}/attachments/1024/data`)).text())
