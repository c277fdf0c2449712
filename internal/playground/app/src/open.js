// Opening an example in a tab of the editor.
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react'

/** useOpen gives the function that shows an example with its variables, and runs it when it only reads. */
export function useOpen() {
  const { queryEditor, variableEditor, responseEditor, tabs, activeTabIndex } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'responseEditor', 'tabs', 'activeTabIndex'),
  )
  const { addTab, changeTab, setOperationName, updateActiveTabValues, run } = useGraphiQLActions()
  return (example, values) => {
    const there = tabs.findIndex(({ title }) => title === example.name)
    if (there < 0) addTab()
    else if (there !== activeTabIndex) changeTab(there)
    const variables = Object.keys(values).length > 0 ? JSON.stringify(values, null, 2) : ''
    queryEditor.setValue(example.document)
    variableEditor.setValue(variables)
    responseEditor.setValue('')
    updateActiveTabValues({ query: example.document, variables, response: null })
    setOperationName(example.name)
    if (example.kind === 'query') run()
  }
}
