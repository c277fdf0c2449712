// The panel of examples: the operations that front ends run.
import { useGraphiQL } from '@graphiql/react'
import { useMemo } from 'react'
import { useOpen } from './open.js'
import { usePlayground } from './playground.js'
import { variablesFor } from './variables.js'

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M4 5.5h16M4 12h10M4 18.5h7M17 13.5l4 2.75-4 2.75z" />
    </svg>
  )
}

function Example({ example, schema, found }) {
  const open = useOpen()
  const { values, missing } = useMemo(() => variablesFor(example, schema, found), [example, schema, found])
  return (
    <li>
      <button type="button" className="example" disabled={missing.length > 0} onClick={() => open(example, values)}>
        <span className="example-name">{example.name}</span>
        {example.kind !== 'query' && <span className="example-kind">{example.kind}</span>}
        {missing.length > 0 && <span className="example-missing">no {missing.join(', no ')} within reach</span>}
      </button>
    </li>
  )
}

function Examples() {
  const schema = useGraphiQL((state) => state.schema)
  const { groups, found } = usePlayground()
  return (
    <section aria-label="Examples">
      <div className="examples-title">Examples</div>
      <p className="examples-about">The operations that front ends run, with variables of what this persona reaches. Those that only read run at once.</p>
      {!(schema && found) && <p className="examples-about">Looking at what is within reach …</p>}
      {schema && found && groups.map(({ title, examples }) => (
        <div key={title}>
          <h3 className="examples-group">{title}</h3>
          <ul className="examples-list">
            {examples.map((example) => <Example key={example.name} example={example} schema={schema} found={found} />)}
          </ul>
        </div>
      ))}
    </section>
  )
}

export const EXAMPLES_PLUGIN = { title: 'Examples', icon: Icon, content: Examples }
