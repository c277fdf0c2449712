// Bundles the playground into ../dist: `npm ci && npm run build`, or `make playground`.
// Everything the page loads is in there; building twice gives the same bytes.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as esbuild from 'esbuild'

const dist = path.resolve('../dist')

// Modules of packages that are exchanged for smaller ones of this folder.
const exchanged = [
  { module: /\/monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, by: 'src/editor.js' },
  { module: /\/(multiDiffEditorWidget|diffEditorWidget)\.js$/, by: 'src/no-diff-editor.js' },
  { module: /\/graphql\/jsutils\/instanceOf\.m?js$/, by: 'src/instance-of.js' },
  { module: /\/@graphiql\/react\/dist\/utility\/jsonc\.js$/, by: 'src/jsonc.js' },
]

const exchange = {
  name: 'exchange',
  setup(build) {
    for (const { module, by } of exchanged) {
      build.onLoad({ filter: module }, async () => ({ contents: await readFile(by, 'utf8'), resolveDir: path.resolve('src'), loader: 'js' }))
    }
  },
}

await rm(dist, { recursive: true, force: true })
const { metafile } = await esbuild.build({
  entryPoints: {
    main: 'src/main.jsx',
    'worker-editor': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'worker-graphql': 'monaco-graphql/esm/graphql.worker.js',
    'worker-json': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  outdir: dist,
  publicPath: '/playground/assets',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.svg': 'file', '.ttf': 'file' },
  legalComments: 'none', // licences.txt holds them
  alias: { 'prettier/parser-graphql': 'prettier/plugins/graphql' }, // the same twice
  plugins: [exchange],
  metafile: true,
})

const outputs = Object.entries(metafile.outputs).map(([file, about]) => ({ name: path.basename(file), ...about }))
const entry = (start) => outputs.find(({ name, entryPoint }) => entryPoint && name.startsWith(start)).name
const main = outputs.find(({ entryPoint }) => entryPoint === 'src/main.jsx')
const style = path.basename(main.cssBundle)

// The style of what is loaded later is in the page's own already.
for (const { name } of outputs) {
  if (name.endsWith('.css') && name !== style) await rm(path.join(dist, name))
}

const names = {
  main: main.name,
  style,
  icon: outputs.find(({ name }) => name.endsWith('.svg')).name,
  editor: entry('worker-editor'),
  graphql: entry('worker-graphql'),
  json: entry('worker-json'),
}
const page = await readFile('src/index.html', 'utf8')
await writeFile(path.join(dist, 'index.html'), page.replace(/\{(\w+)\}/g, (_, name) => names[name]))
await writeFile(path.join(dist, 'licences.txt'), await licences())

/** licences gives the licence of every package that something of went into dist. */
async function licences() {
  const folders = new Set()
  for (const { inputs } of outputs) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const found = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)
      if (found && bytesInOutput > 0) folders.add(found[0])
    }
  }
  const texts = ['The licences of the packages that are bundled in this folder.\n']
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|thirdpartynotices)/i.test(file)).sort()
    const parts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))
    texts.push(`${'='.repeat(80)}\n${name} ${version}: ${license}\n\n${parts.join('\n\n').replaceAll('\r', '').trim()}\n`)
  }
  return texts.join('\n').replace(/[ \t]+$/gm, '')
}
