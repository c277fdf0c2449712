// The page: GraphiQL below a bar that says who asks.
import './workers.js'
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer'
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history'
import { GraphiQLProvider } from '@graphiql/react'
import { GraphiQL, GraphiQLInterface } from 'graphiql'
import { useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import 'graphiql/graphiql.css'
import './style.css'
import { Bar } from './bar.jsx'
import { EXAMPLES_PLUGIN } from './examples.jsx'
import { findForExamples } from './found.js'
import { Playground } from './playground.js'
import { ask, askAs, peopleToAskAs, read, remembered } from './session.js'

const plugins = [EXAMPLES_PLUGIN, DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN]

const welcome = `# Every answer is what the persona chosen above may see.
# The examples on the left come with variables that work.

query Viewer {
  viewer {
    displayName
    kind
    district { name }
    roles { role school { name } }
  }
}
`

function Page({ people, groups }) {
  const [person, setPerson] = useState(() => {
    const first = remembered(people)
    askAs(first)
    return first
  })
  const [found, setFound] = useState(null)
  useEffect(() => {
    let current = true
    setFound(null)
    findForExamples(people, person).then((all) => current && setFound(all), () => current && setFound({}))
    return () => { current = false }
  }, [people, person])
  const shared = useMemo(() => ({
    people, groups, person, found,
    choose(next) {
      askAs(next)
      setPerson(next)
    },
  }), [people, groups, person, found])

  // sessionStorage: variables may name students, and must not stay on the disk.
  return (
    <Playground value={shared}>
      <GraphiQLProvider
        fetcher={ask} storage={sessionStorage} defaultQuery={welcome} schemaDescription
        plugins={plugins} referencePlugin={DOC_EXPLORER_PLUGIN} visiblePlugin={EXAMPLES_PLUGIN}
      >
        <HistoryStore>
          <DocExplorerStore>
            <Bar />
            <GraphiQLInterface defaultEditorToolsVisibility="variables">
              <GraphiQL.Logo><span /></GraphiQL.Logo>
            </GraphiQLInterface>
          </DocExplorerStore>
        </HistoryStore>
      </GraphiQLProvider>
    </Playground>
  )
}

function Nobody() {
  return (
    <div className="notice">
      <p>There is nobody to ask as yet. Load a district and make a persona, then load this page again:</p>
      <pre>holdfast import edfi --create --district 255901 FOLDER{'\n'}holdfast token --persona coordinator --district 255901</pre>
    </div>
  )
}

// A panel as narrow as its list leaves the room to the operation; who drags it keeps their own.
if (!sessionStorage.getItem('graphiql:docExplorerFlex')) sessionStorage.setItem('graphiql:docExplorerFlex', '0.24')

const root = createRoot(document.getElementById('playground'))
try {
  const [people, { groups }] = await Promise.all([peopleToAskAs(), fetch('/playground/examples').then(read)])
  root.render(people.length > 0 ? <Page people={people} groups={groups} /> : <Nobody />)
} catch (error) {
  root.render(<p className="notice">The playground cannot start: {error.message}</p>)
}
