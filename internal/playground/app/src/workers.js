// The editors check and complete in workers, which are this server's own files.
const { workerEditor, workerGraphql, workerJson } = document.getElementById('playground').dataset
const files = { graphql: workerGraphql, json: workerJson }

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/playground/assets/${files[label] ?? workerEditor}`, { type: 'module', name: label }),
}
